import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";

/** Names that every machine has for itself. */
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Reads NASIKO_ALLOWED_HOSTS: names besides those of the loopback interface, without ports, with commas between. */
export const readAllowedHosts = (
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] =>
  (environment["NASIKO_ALLOWED_HOSTS"] ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");

/**
 * Answers requests for any other name than these with 421, whatever they ask for. A page from elsewhere whose own name
 * was made to lead to this machine (DNS rebinding) is of the same origin as this server to the browser, and shows in
 * nothing but that name. To be called before anything else is registered: hooks hold for what comes after them.
 * @param allowed besides the names of the loopback interface
 */
export function refuseUnknownHosts(app: FastifyInstance, allowed: readonly string[]): void {
  const known = new Set([...LOOPBACK, ...allowed]);
  app.addHook("onRequest", async ({ raw }, reply) => {
    if (namesIn(raw).every((name) => known.has(name))) return undefined;
    return reply
      .code(421)
      .send({ message: "This server does not go by that name; see NASIKO_ALLOWED_HOSTS" });
  });
}

/** Every name that the request gives its server: none in HTTP/1.0, where browsers are no part of the picture. */
function namesIn({ rawHeaders, url = "/" }: Pick<IncomingMessage, "rawHeaders" | "url">): readonly string[] {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && name.toLowerCase() === "host" ? [rawHeaders[index + 1] ?? ""] : [],
  );
  const isPath = url.startsWith("/") || url === "*";
  const target = isPath ? [] : [/^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1] ?? ""];
  return [...headers, ...target].map((authority) => authority.toLowerCase().replace(/:\d*$/, ""));
}
