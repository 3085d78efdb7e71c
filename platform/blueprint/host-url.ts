import { isLoopback } from "../settings/loopback.ts";
import type { Settings } from "../settings/settings.ts";

/** Base of a published port, e.g. "http://127.0.0.1:9100/"; always with the slash at the end. */
export const hostUrl = (
  settings: Settings,
  { host, tls }: { readonly host: number; readonly tls?: true },
  path = "/",
): string => `${tls === true ? "https" : "http"}://${settings.engineHost}:${host}${path}`;

/**
 * The published port by which people reach the gateway. Over a network it is the one with TLS, where there is one: logins
 * travel to it.
 */
export function gatewayDoor<Port extends { readonly gateway?: true; readonly tls?: true }>(
  settings: Pick<Settings, "engineHost">,
  ports: readonly Port[],
): Port | undefined {
  const doors = ports.filter(({ gateway }) => gateway === true);
  const secure = isLoopback(settings.engineHost) ? undefined : doors.find(({ tls }) => tls === true);
  return secure ?? doors[0];
}
