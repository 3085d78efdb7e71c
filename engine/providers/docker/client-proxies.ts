import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { jsonIn } from "../../formats/json-text.ts";

/** Build arguments that say which proxies lead out, e.g. `{ HTTP_PROXY: …, http_proxy: … }`. */
export type ProxyArguments = Readonly<Record<string, string>>;

const Proxies = z.object({
  httpProxy: z.string().optional(),
  httpsProxy: z.string().optional(),
  ftpProxy: z.string().optional(),
  noProxy: z.string().optional(),
  allProxy: z.string().optional(),
});
const ConfigFile = z.object({ proxies: z.record(z.string(), Proxies).optional() });

/** Names of the arguments, which builders know without being told, and which count for no cache. */
const NAMES = {
  httpProxy: "HTTP_PROXY",
  httpsProxy: "HTTPS_PROXY",
  ftpProxy: "FTP_PROXY",
  noProxy: "NO_PROXY",
  allProxy: "ALL_PROXY",
} as const satisfies Readonly<Record<keyof z.output<typeof Proxies>, string>>;

/**
 * Proxies that Docker's client configuration has for containers, as `docker build` hands them to builds: in capitals and
 * in small letters, because programs look for either. They are part of no image.
 * @param folder Docker's config folder, which holds config.json; undefined: there are no proxies
 * @param host of the engine, in the form of DOCKER_HOST, which may have proxies of its own. @default the usual ones
 * @returns nothing for a file that is not there or of no use: whoever needs a login from it is told
 */
export async function clientProxies(folder: string | undefined, host = ""): Promise<ProxyArguments> {
  if (folder === undefined) return {};
  const text = await readFile(join(folder, "config.json"), "utf8").catch(() => "{}");
  const proxies = ConfigFile.safeParse(jsonIn(text)).data?.proxies ?? {};
  const chosen = (Object.hasOwn(proxies, host) ? proxies[host] : undefined) ?? proxies["default"] ?? {};
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([field, name]) => {
      // The names are those of the fields.
      const value = chosen[field as keyof typeof NAMES];
      return value === undefined || value === ""
        ? []
        : [
            [name, value],
            [name.toLowerCase(), value],
          ];
    }),
  );
}
