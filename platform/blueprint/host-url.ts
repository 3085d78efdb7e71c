import type { Settings } from "../settings/settings.ts";

/** Base of a published port, e.g. "http://127.0.0.1:9100/"; always with the slash at the end. */
export const hostUrl = (
  settings: Settings,
  { host, tls }: { readonly host: number; readonly tls?: true },
  path = "/",
): string => `${tls === true ? "https" : "http"}://${settings.engineHost}:${host}${path}`;
