import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { gatewayDoor, hostUrl } from "../../../platform/blueprint/host-url.ts";

/** Base of the gateway's address, e.g. "http://127.0.0.1:9100/"; undefined where the stack has none. */
export function gatewayUrl({ layers, settings }: Blueprint): string | undefined {
  const ports = layers.flatMap(({ services }) => services.flatMap(({ container }) => container.ports));
  const gateway = gatewayDoor(settings, ports);
  return gateway === undefined ? undefined : hostUrl(settings, gateway);
}
