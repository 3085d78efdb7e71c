import {
  boolean,
  dictionary,
  integer,
  list,
  optional,
  record,
  string,
  unsupported,
  withDefault,
  type Rule,
  type ValueOf,
} from "../schema/field.ts";
import { host, oneOf, percentComplaint } from "../schema/rules.ts";
import { compileHeaderPattern } from "../http/header-pattern.ts";
import { fromBytes, normalizePath, toBytes } from "../http/path.ts";
import { compilePathPattern } from "../http/path-pattern.ts";
import { identity, name, reference } from "./common.ts";

/** `/prefix`, in normal form, or `~/regular expression`. */
const routePath: Rule<string> = (value) => {
  if (!value.startsWith("/") && !value.startsWith("~/"))
    return "should start with: / (fixed path) or ~/ (regex path)";
  if (value.includes("//")) return "must not have empty segments";
  if (value.startsWith("~")) {
    const compiled = compilePathPattern(value.slice(1));
    return typeof compiled === "string" ? `invalid regex: '${value.slice(1)}' (${compiled})` : undefined;
  }
  const complaint = percentComplaint(value);
  if (complaint !== undefined) return complaint;
  const normalized = fromBytes(normalizePath(toBytes(value)));
  return normalized === value ? undefined : `non-normalized path, consider use '${normalized}' instead`;
};

/** A host name, optionally with a port, optionally with one `*` as its first or last label. */
const routeHost: Rule<string> = (value) => {
  const stars = value.split("*").length - 1;
  if (stars > 1) return "invalid wildcard: must have at most one wildcard";
  const withoutPort = value.replace(/:\d+$/, "");
  if (stars === 1 && !withoutPort.startsWith("*.") && !withoutPort.endsWith(".*"))
    return "invalid wildcard: must be placed at leftmost or rightmost label";
  return host(withoutPort.replace("*", "abc"));
};

/** Of the values of one header a single one may be a regular expression, behind `~*`. */
const headerValue: Rule<string> = (value) => {
  if (!value.startsWith("~*")) return undefined;
  const compiled = compileHeaderPattern(value.slice(2));
  return typeof compiled === "string" ? `invalid regex: '${value.slice(2)}' (${compiled})` : undefined;
};

/** The Host header has a field of its own. */
const headerName: Rule<string> = (value) =>
  /^host$/i.test(value)
    ? "cannot contain 'host' header, which must be specified in the 'hosts' attribute"
    : undefined;

const method: Rule<string> = (value) => (/^[A-Z]+$/.test(value) ? undefined : `invalid value: ${value}`);

const flag = (value: boolean): ReturnType<typeof withDefault<boolean>> => withDefault(boolean(), value);

/** Which requests go to which service. */
export const route = record(
  {
    ...identity,
    name,
    protocols: withDefault(list(string(oneOf("http", "https")), "set"), ["http", "https"]),
    https_redirect_status_code: withDefault(integer(oneOf(426, 301, 302, 307, 308)), 426),
    strip_path: flag(true),
    preserve_host: flag(false),
    request_buffering: flag(true),
    response_buffering: flag(true),
    service: optional(reference),
    snis: unsupported("snis"),
    sources: unsupported("sources"),
    destinations: unsupported("destinations"),
    methods: optional(list(string(method), "set")),
    hosts: optional(list(string(routeHost))),
    paths: optional(list(string(routePath))),
    headers: optional(dictionary(list(string(headerValue)), headerName)),
    regex_priority: withDefault(integer(), 0),
    path_handling: withDefault(string(oneOf("v0", "v1")), "v0"),
  },
  (value) => {
    if (value.protocols.length === 0) return { protocols: "length must be at least 1" };
    const conditions = [value.methods, value.hosts, value.paths, Object.keys(value.headers ?? {})];
    if (conditions.some((condition) => condition !== null && condition.length > 0)) return undefined;
    const https = value.protocols.includes("https");
    const names = ["methods", "hosts", "headers", "paths", ...(https ? ["snis"] : [])];
    const protocol = https ? "https" : "http";
    return {
      "@entity": {
        1: `must set one of ${names.map((field) => `'${field}'`).join(", ")} when 'protocols' is '${protocol}'`,
      },
    };
  },
);

export type Route = ValueOf<typeof route>;
