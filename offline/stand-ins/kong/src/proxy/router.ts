import type { Route } from "../entities/route.ts";
import { compileHeaderPattern } from "../http/header-pattern.ts";
import { compilePathPattern, type PatternMatch } from "../http/path-pattern.ts";
import { toBytes } from "../http/path.ts";

/** What of a request decides on its route. */
export interface RoutedRequest {
  readonly method: string;
  /** In normal form (path.ts). */
  readonly path: string;
  /** Host header, as sent; undefined when there is none. */
  readonly host: string | undefined;
  /** Every value of a header, by its name without regard to case. */
  readonly headers: (name: string) => readonly string[];
}

export interface RouteMatch<T> {
  readonly target: T;
  /** The part of the path that the route names; undefined when the route has no paths. */
  readonly prefix: string | undefined;
  /** What follows it. Never starts with a dot segment, so that no path escapes from a stripped prefix. */
  readonly postfix: string;
}

export type Router<T> = (request: RoutedRequest) => RouteMatch<T> | undefined;

/** A wildcard host is tried on the host with a port (80 is assumed where the client sent none). */
function hostPattern(host: string): RegExp {
  const source = host
    .toLowerCase()
    .replace(/[.\\^$+?()[\]{}|]/g, String.raw`\$&`)
    .replace("*", ".+");
  return new RegExp(`^${source}${/:\d+$/.test(host) ? "" : String.raw`(?::\d+)?`}$`);
}

function hostMatcher(hosts: readonly string[]): (host: string | undefined) => boolean {
  const plain = new Set(hosts.filter((host) => !host.includes("*")).map((host) => host.toLowerCase()));
  const patterns = hosts.filter((host) => host.includes("*")).map(hostPattern);
  return (sent) => {
    if (sent === undefined) return false;
    const host = sent.toLowerCase();
    const hasPort = /:\d+$/.test(host);
    if (plain.has(host) || plain.has(host.replace(/:\d+$/, ""))) return true;
    return patterns.some((pattern) => pattern.test(hasPort ? host : `${host}:80`));
  };
}

function pathMatcher(path: string): (path: string) => PatternMatch | undefined {
  if (path.startsWith("~")) {
    const compiled = compilePathPattern(toBytes(path.slice(1)));
    // Entities are checked before they are stored; a database that another program wrote must not stop the proxy.
    return typeof compiled === "string" ? () => undefined : compiled;
  }
  const prefix = toBytes(path);
  return (sent) => (sent.startsWith(prefix) ? { prefix, postfix: sent.slice(prefix.length) } : undefined);
}

/** One of the header's values has to be one of these, without regard to case, or to fit the one expression. */
function headerMatcher(values: readonly string[]): (sent: readonly string[]) => boolean {
  const [first = "", ...others] = values;
  if (first.startsWith("~*") && others.length === 0) {
    const compiled = compileHeaderPattern(first.slice(2));
    return typeof compiled === "string" ? () => false : (sent) => sent.some(compiled);
  }
  const plain = new Set(values.map((value) => value.toLowerCase()));
  return (sent) => sent.some((value) => plain.has(value.toLowerCase()));
}

/** A leading `.`, `..`, `./` or `../` would make the upstream path climb out of the service's own path. */
const withoutLeadingDots = (postfix: string): string => postfix.replace(/^\.\.?(\/|$)/, "");

/** One route with at most one of its paths: Kong ranks every path by itself. */
interface Entry<T> {
  readonly target: T;
  readonly rank: readonly number[];
  readonly matches: (
    request: RoutedRequest,
  ) => { readonly prefix?: string; readonly postfix: string } | undefined;
}

/** Larger ranks first; compared position by position. */
function rankOf(route: Route, path: string | undefined): readonly number[] {
  const hosts = route.hosts ?? [];
  const hasHosts = hosts.length > 0;
  const hasMethods = (route.methods ?? []).length > 0;
  const headers = Object.keys(route.headers ?? {}).length;
  const isRegex = path?.startsWith("~") === true;
  const plainHostsOnly = !hosts.some((host) => host.includes("*"));
  const wildcardPort = hosts.some((host) => host.includes("*") && /:\d+$/.test(host));
  return [
    Number(hasHosts) + Number(headers > 0) + Number(path !== undefined) + Number(hasMethods),
    (hasHosts ? 8 : 0) + (headers > 0 ? 4 : 0) + (path === undefined ? 0 : 2) + (hasMethods ? 1 : 0),
    (wildcardPort ? 4 : 0) + (plainHostsOnly ? 2 : 0) + (isRegex ? 1 : 0),
    headers,
    isRegex ? route.regex_priority : 0,
    isRegex || path === undefined ? 0 : path.length,
    -route.created_at,
  ];
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

function entryOf<T>(target: T, route: Route, path: string | undefined): Entry<T> {
  const methods = new Set(route.methods ?? []);
  const hosts = (route.hosts ?? []).length > 0 ? hostMatcher(route.hosts ?? []) : undefined;
  const headers = Object.entries(route.headers ?? {}).map(
    ([name, values]) => [name, headerMatcher(values)] as const,
  );
  const matchPath = path === undefined ? undefined : pathMatcher(path);
  return {
    target,
    rank: rankOf(route, path),
    matches: (request) => {
      if (methods.size > 0 && !methods.has(request.method)) return undefined;
      if (hosts !== undefined && !hosts(request.host)) return undefined;
      if (!headers.every(([name, matches]) => matches(request.headers(name)))) return undefined;
      return matchPath === undefined ? { postfix: request.path.slice(1) } : matchPath(request.path);
    },
  };
}

/**
 * Kong's "traditional" router: more kinds of conditions win over fewer, hosts over headers over paths over methods, plain hosts
 * over wildcards, regular expressions over prefixes, long prefixes over short ones, old routes over young ones.
 * Prefixes end anywhere, not only at a slash: `/api` also takes `/apis`.
 * @param routeOf finds the route in what the router shall return
 */
export function buildRouter<T>(targets: readonly T[], routeOf: (target: T) => Route): Router<T> {
  const entries = targets
    .flatMap((target) => {
      const route = routeOf(target);
      const paths = (route.paths ?? []).length > 0 ? (route.paths ?? []) : [undefined];
      return paths.map((path) => ({ entry: entryOf(target, route, path), id: route.id }));
    })
    .toSorted(
      (left, right) => compareRanks(left.entry.rank, right.entry.rank) || (left.id < right.id ? -1 : 1),
    )
    .map(({ entry }) => entry);
  return (request) => {
    for (const { target, matches } of entries) {
      const found = matches(request);
      if (found !== undefined)
        return { target, prefix: found.prefix, postfix: withoutLeadingDots(found.postfix) };
    }
    return undefined;
  };
}

/** How a matched request is asked of the service. */
export interface UpstreamPathParts {
  /** Path of the service; null counts as "/". */
  readonly servicePath: string | null;
  readonly stripPath: boolean;
  readonly pathHandling: string;
  /** In normal form. */
  readonly requestPath: string;
  readonly postfix: string;
}

/** Joins the service's path with what is asked, without doubling or losing slashes; still to be escaped. */
export function upstreamPath(parts: UpstreamPathParts): string {
  const base = toBytes(parts.servicePath ?? "/");
  const { requestPath, postfix } = parts;
  if (parts.pathHandling === "v1")
    return parts.stripPath
      ? base.replace(/\/$/, postfix.startsWith("/") ? "" : "/") + postfix
      : base + requestPath.slice(1);
  const folder = base.replace(/\/$/, "");
  if (!parts.stripPath) {
    if (base.endsWith("/")) return folder + requestPath;
    return requestPath === "/" ? base : base + requestPath;
  }
  if (postfix !== "") return postfix.startsWith("/") ? folder + postfix : `${folder}/${postfix}`;
  const asFolder = requestPath.endsWith("/") && (requestPath.length > 1 || base.endsWith("/"));
  return folder === "" || asFolder ? `${folder}/` : folder;
}
