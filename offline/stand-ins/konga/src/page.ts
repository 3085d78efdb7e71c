import { html } from "ghtml";
import { standInPage, table } from "../../../lib/stand-in-page.ts";
import type { GatewayView, KongRoute, KongService } from "./kong.ts";

/** @param gateway what the gateway knows, or why that cannot be found out */
export function gatewayPage(gateway: GatewayView | Error): string {
  return standInPage({
    product: "Konga",
    about: "It shows what the gateway knows, and changes nothing.",
    body:
      gateway instanceof Error
        ? html`<p role="alert">The gateway's Admin API does not answer: ${gateway.message}</p>`
        : servicesTable(gateway),
  });
}

function servicesTable({ services, routes }: GatewayView): string {
  const byService = Map.groupBy(routes, ({ service }) => service?.id ?? "");
  const rows = services.map((service) => serviceRow(service, byService.get(service.id) ?? []));
  return html`
    !${table(["Service", "Goes to", "Routes"], rows)}
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
