import { hostPort } from "../settings/ports.ts";
import type { Settings } from "../settings/settings.ts";
import type { ServiceContext } from "./define-service.ts";
import { speaksTls } from "./gateway-tls.ts";

/** Under which names and origins the platform knows itself: whoever comes with others is not its own page. */

/** This machine's names for itself in IPv4, as which every port is published. */
const LOOPBACK = ["127.0.0.1", "localhost"];

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** Names of a published port for those outside, and of its service on the stack's networks. */
export const ownNames = (
  { engineHost, allowedHosts }: Settings,
  ...onNetworks: readonly string[]
): readonly string[] => unique([...LOOPBACK, engineHost.toLowerCase(), ...allowedHosts, ...onNetworks]);

/** For a server of ours: which names it answers to. Official images do not read it. */
export const allowedHostsEnv = (
  settings: Settings,
  ...onNetworks: readonly string[]
): { readonly NASIKO_ALLOWED_HOSTS: string } => ({
  NASIKO_ALLOWED_HOSTS: ownNames(settings, ...onNetworks).join(","),
});

/** Origins whose pages may call the gateway: its own, the web interface's, and those that somebody named. */
export function ownOrigins({ settings, has }: ServiceContext): readonly string[] {
  const http = settings.gatewayHttp ? [hostPort(settings, "portKong")] : [];
  const ports = [...http, ...(has("nasiko-web") ? [hostPort(settings, "portWeb")] : [])];
  const names = unique([...LOOPBACK, settings.engineHost]);
  const tls = speaksTls(settings) ? [hostPort(settings, "portKongSsl")] : [];
  return unique([
    ...names.flatMap((name) => ports.map((port) => `http://${name}:${port}`)),
    ...names.flatMap((name) => tls.map((port) => `https://${name}:${port}`)),
    // Behind a proxy that has a name of its own, the page's origin is that name.
    ...settings.allowedHosts.flatMap((name) => [`https://${name}`, `http://${name}`]),
    ...settings.corsOrigins,
  ]);
}
