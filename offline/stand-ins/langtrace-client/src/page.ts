import { html } from "ghtml";
import type { Project } from "./store/projects.ts";
import type { StoredSpan, Trace } from "./store/traces.ts";

function page(body: string): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Langtrace (stand-in)</title>
        <style>
          body {
            font:
              1rem/1.5 system-ui,
              sans-serif;
            max-width: 70rem;
            margin: 2rem auto;
            padding: 0 1rem;
          }
          table {
            border-collapse: collapse;
            width: 100%;
          }
          th,
          td {
            border-bottom: 1px solid #ccc;
            padding: 0.3rem;
            text-align: left;
            overflow-wrap: anywhere;
          }
          label {
            display: block;
            margin: 0.5rem 0;
          }
        </style>
      </head>
      <body>
        <h1>Langtrace (stand-in)</h1>
        <p>This machine reaches no container registry, so a stand-in runs here instead of Langtrace.</p>
        !${body}
      </body>
    </html> `;
}

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
      <table>
        <thead>
          <tr>
            <th>Started</th>
            <th>Span</th>
            <th>Service</th>
            <th>Duration</th>
            <th>Status</th>
          </tr>
        </thead>
        <tbody>
          !${spans.map(spanRow).join("")}
        </tbody>
      </table>
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
