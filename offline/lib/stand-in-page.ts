import { html } from "ghtml";

export interface StandInPage {
  /** Whose place is taken, e.g. "Konga". */
  readonly product: string;
  /** What the stand-in does and does not do, in sentences. @default nothing is said */
  readonly about?: string;
  /** HTML below that. */
  readonly body: string;
}

/** The page of a stand-in for a program with a user interface: it says first that it is one. */
export function standInPage({ product, about = "", body }: StandInPage): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${product} (stand-in)</title>
        <style>
          body {
            font:
              1rem/1.5 system-ui,
              sans-serif;
            max-width: 65rem;
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
          label {
            display: block;
            margin: 0.5rem 0;
          }
        </style>
      </head>
      <body>
        <h1>${product} (stand-in)</h1>
        <p>
          This machine reaches no container registry, so a stand-in runs here instead of ${product}. ${about}
        </p>
        !${body}
      </body>
    </html> `;
}

/** @param rows HTML of the table's rows */
export function table(columns: readonly string[], rows: readonly string[]): string {
  return html`<table>
    <thead>
      <tr>
        !${columns.map((column) => html`<th>${column}</th>`).join("")}
      </tr>
    </thead>
    <tbody>
      !${rows.join("")}
    </tbody>
  </table>`;
}
