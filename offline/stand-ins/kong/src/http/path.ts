/**
 * Paths of requests. Throughout the proxy a path is a "byte string": one character per byte, as it came over
 * the wire, so that what is compared with routes is what the upstream server will read.
 */

export const toBytes = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
export const fromBytes = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

/** Characters whose percent-encoded form means something else than themselves (RFC 3986, reserved, and "%"). */
const RESERVED = new Set("!*'();:@&=+$,/?%#[]");

/** Decodes what may be decoded without a change of meaning; the hex digits of the rest become upper case. */
function decodeUnreserved(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (triplet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return RESERVED.has(character) ? triplet.toUpperCase() : character;
  });
}

/** Resolves dot segments and joins slashes. A path that climbs above the root stays at the root. */
function resolveSegments(path: string): { readonly path: string; readonly climbed: boolean } {
  const kept: string[] = [];
  let climbed = false;
  const segments = path.split("/");
  for (const segment of segments) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") kept.push(segment);
    else if (kept.pop() === undefined) climbed = true;
  }
  const last = segments.at(-1);
  const isFolder = last === "" || last === "." || last === "..";
  return { path: `/${kept.join("/")}${isFolder && kept.length > 0 ? "/" : ""}`, climbed };
}

/**
 * The normal form in which paths are compared with routes and sent upstream, as Kong has it: unreserved
 * characters decoded, dot segments resolved, repeated slashes joined, `%2F` left alone.
 * @example normalizePath("/api/%2e%2e//admin") // "/admin"
 */
export const normalizePath = (path: string): string => resolveSegments(decodeUnreserved(path)).path;

/** Encodes what may not stand in a request line; the counterpart of `normalizePath` on the way out. */
export const escapePath = (path: string): string =>
  path.replace(
    /[^!#$&'()*+,/:;=?@[\]A-Za-z\d\-_.~%]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );

/** A request target, taken apart. */
export interface RequestTarget {
  /** As the client wrote it, without the query. */
  readonly rawPath: string;
  /** In normal form. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Host of an absolute target (`GET http://host/path`), which overrides the Host header. */
  readonly authority: string | undefined;
}

/**
 * Reads a request target, or undefined where nginx would answer 400: not a path, a broken percent sign, a NUL, a
 * fragment, or dot segments that climb above the root even when they are encoded.
 */
export function parseTarget(target: string): RequestTarget | undefined {
  const absolute = /^https?:\/\/([^/?#]+)((?:[/?#].*)?)$/is.exec(target);
  const relative = absolute?.[2] ?? target;
  const local = relative === "" || relative.startsWith("?") ? `/${relative}` : relative;
  const mark = local.indexOf("?");
  const rawPath = mark === -1 ? local : local.slice(0, mark);
  const isBroken = !rawPath.startsWith("/") || local.includes("#") || /%(?![0-9a-f]{2})|%00/i.test(rawPath);
  if (isBroken || resolveSegments(unescape(rawPath)).climbed) return undefined;
  return {
    rawPath,
    path: normalizePath(rawPath),
    query: mark === -1 ? "" : local.slice(mark),
    authority: absolute?.[1],
  };
}

/** Decodes every byte, slashes too: how nginx looks for a climb above the root. */
const unescape = (path: string): string =>
  path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
