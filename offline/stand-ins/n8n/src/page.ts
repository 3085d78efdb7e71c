import { html } from "ghtml";
import type { Workflow } from "./store.ts";
import { planWorkflow } from "./workflow.ts";

/** What people see instead of n8n's editor: which workflows there are, and where they are called. */
export function workflowsPage(workflows: readonly Workflow[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>n8n (stand-in)</title>
        <style>
          body {
            font:
              1rem/1.5 system-ui,
              sans-serif;
            max-width: 60rem;
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
            padding: 0.4rem;
            text-align: left;
            overflow-wrap: anywhere;
          }
        </style>
      </head>
      <body>
        <h1>n8n (stand-in)</h1>
        <p>
          This machine reaches no container registry, so a stand-in runs here instead of n8n. It has no
          editor: it keeps workflows that are sent to its public API, and runs webhooks that answer with a
          fixed text.
        </p>
        <table>
          <thead>
            <tr>
              <th>Workflow</th>
              <th>Active</th>
              <th>Webhook</th>
            </tr>
          </thead>
          <tbody>
            !${workflows.map(row).join("")}
          </tbody>
        </table>
        <p>${workflows.length === 0 ? "There are no workflows yet." : ""}</p>
      </body>
    </html> `;
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
