import { html } from "ghtml";
import type { GatewayView, KongRoute, KongService } from "./kong.ts";

/** @param gateway what the gateway knows, or why that cannot be told */
export function gatewayPage(gateway: GatewayView | Error): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Konga (stand-in)</title>
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
        <h1>Konga (stand-in)</h1>
        <p>
          This machine reaches no container registry, so a stand-in runs here instead of Konga. It shows what
          the gateway knows, and changes nothing.
        </p>
        !${
          gateway instanceof Error
            ? html`<p role="alert">The gateway's Admin API does not answer: ${gateway.message}</p>`
            : servicesTable(gateway)
        }
      </body>
    </html> `;
}

function servicesTable({ services, routes }: GatewayView): string {
  const byService = Map.groupBy(routes, ({ service }) => service?.id ?? "");
  return html`
    <table>
      <thead>
        <tr>
          <th>Service</th>
          <th>Goes to</th>
          <th>Routes</th>
        </tr>
      </thead>
      <tbody>
        !${services.map((service) => serviceRow(service, byService.get(service.id) ?? [])).join("")}
      </tbody>
    </table>
    <p>${services.length === 0 ? "The gateway has no services." : ""}</p>
  `;
}

function serviceRow(service: KongService, routes: readonly KongRoute[]): string {
  const target = `${service.protocol}://${service.host}:${service.port}${service.path ?? ""}`;
  return html`<tr>
    <td>${service.name ?? service.id}</td>
    <td>${target}${service.enabled ? "" : " (disabled)"}</td>
    <td>${routes.map(routeText).join("; ")}</td>
  </tr>`;
}

function routeText({ name, paths, methods }: KongRoute): string {
  const what = [(methods ?? []).join(" "), (paths ?? []).join(" ")].filter((part) => part !== "").join(" ");
  return typeof name === "string" ? `${name}: ${what}` : what;
}
