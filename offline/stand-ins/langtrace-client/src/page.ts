import { html } from "ghtml";
import { standInPage, table } from "../../../lib/stand-in-page.ts";
import type { Project } from "./store/projects.ts";
import type { StoredSpan, Trace } from "./store/traces.ts";

const page = (body: string): string => standInPage({ product: "Langtrace", body });

/** @param failed a login was just refused */
export function loginPage(failed: boolean): string {
  return page(html`
    <p role="alert">${failed ? "The email address or the password is wrong." : ""}</p>
    <form method="post" action="/login">
      <label>Email <input name="email" type="email" autocomplete="username" required /></label>
      <label
        >Password <input name="password" type="password" autocomplete="current-password" required
      /></label>
      <button>Log in</button>
    </form>
  `);
}

/** The projects, and the last traces of all or of one. */
export function tracesPage(projects: readonly Project[], traces: readonly Trace[]): string {
  return page(html`
    <nav aria-label="Projects">
      <a href="/">All projects</a>
      !${projects.map(({ name }) => html`· <a href="/?project=${encodeURIComponent(name)}">${name}</a> `).join("")}
    </nav>
    <p>${traces.length === 0 ? "No traces yet." : ""}</p>
    !${traces.map(traceSection).join("")}
  `);
}

function traceSection({ traceId, project, spans }: Trace): string {
  return html`
    <section>
      <h2>${project}: ${spans[0]?.name ?? ""}</h2>
      <p>Trace ${traceId}, ${spans.length} spans</p>
      !${table(["Started", "Span", "Service", "Duration", "Status"], spans.map(spanRow))}
    </section>
  `;
}

const STATUS = ["", "ok", "error"] as const;

function spanRow({ name, service, started, ended, status, status_message }: StoredSpan): string {
  const milliseconds = Number(BigInt(ended) - BigInt(started)) / 1e6;
  return html`<tr>
    <td>${timeOf(started)}</td>
    <td>${name}</td>
    <td>${service}</td>
    <td>${milliseconds.toFixed(1)} ms</td>
    <td>${STATUS[status] ?? ""} ${status_message}</td>
  </tr>`;
}

/** Latest time that a date can be, in milliseconds. */
const LAST_DATE = 8.64e15;

function timeOf(nanos: string): string {
  const time = Number(BigInt(nanos) / 1_000_000n);
  return time > LAST_DATE ? nanos : new Date(time).toISOString();
}
