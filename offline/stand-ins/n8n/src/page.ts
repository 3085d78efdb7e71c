import { html } from "ghtml";
import { standInPage, table } from "../../../lib/stand-in-page.ts";
import type { Workflow } from "./store.ts";
import { planWorkflow } from "./workflow.ts";

/** What people see instead of n8n's editor: which workflows there are, and where they are called. */
export function workflowsPage(workflows: readonly Workflow[]): string {
  return standInPage({
    product: "n8n",
    about:
      "It has no editor: it keeps workflows that are sent to its public API, and runs webhooks that answer with a fixed text.",
    body: html`
      !${table(["Workflow", "Active", "Webhook"], workflows.map(row))}
      <p>${workflows.length === 0 ? "There are no workflows yet." : ""}</p>
    `,
  });
}

function row(workflow: Workflow): string {
  const plan = planWorkflow(workflow);
  const where = plan.ok ? `${plan.webhook.method} /webhook/${plan.webhook.path}` : plan.problem;
  return html`<tr>
    <td>${workflow.name}</td>
    <td>${workflow.active ? "yes" : "no"}</td>
    <td>${where}</td>
  </tr>`;
}
