import {
  boolean,
  list,
  number,
  optional,
  record,
  string,
  withDefault,
  type ValueOf,
} from "../schema/field.ts";
import { oneOf } from "../schema/rules.ts";
import { HeaderList } from "../http/header-list.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

const METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT"] as const;
const PLAIN = /^[A-Za-z0-9.:/-]+$/;

function patternOf(origin: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${origin.replace(/^\^/, "").replace(/\$$/, "")})$`);
  } catch {
    return undefined;
  }
}

const origin = string((value) =>
  value === "*" || patternOf(value) !== undefined ? undefined : `'${value}' is not a valid regex`,
);

const config = record({
  origins: optional(list(origin)),
  headers: optional(list(string())),
  exposed_headers: optional(list(string())),
  methods: withDefault(list(string(oneOf(...METHODS))), [...METHODS]),
  /** Seconds. */
  max_age: optional(number()),
  credentials: withDefault(boolean(), false),
  private_network: withDefault(boolean(), false),
  preflight_continue: withDefault(boolean(), false),
  allow_origin_absent: withDefault(boolean(), true),
});
type CorsConfig = ValueOf<typeof config>;

interface Normalized {
  readonly domain: string;
  readonly host: string;
}

/** Without the port that the scheme implies. */
function normalizeOrigin(text: string): Normalized {
  const parts = /^(?:([a-z][a-z0-9+.-]*):\/\/)?([^/:]*)(?::(\d+))?/i.exec(text);
  const [, scheme, host = "", port] = parts ?? [];
  if (scheme === undefined || host === "") return { domain: text, host: text };
  const isImplied = (scheme === "http" && port === "80") || (scheme === "https" && port === "443");
  return { domain: `${scheme}://${host}${port === undefined || isImplied ? "" : `:${port}`}`, host };
}

function allows(configured: string, sent: Normalized): boolean {
  if (PLAIN.test(configured)) return normalizeOrigin(configured).domain === sent.domain;
  return patternOf(configured)?.test(configured.includes(":") ? sent.domain : sent.host) === true;
}

/** The value of Access-Control-Allow-Origin, or undefined when the origin is not welcome. */
function allowedOrigin(origins: readonly string[], sent: string | undefined): string | undefined {
  const [only] = origins;
  if (origins.length === 0 || origins.includes("*")) return "*";
  if (origins.length === 1 && only !== undefined && PLAIN.test(only)) return only;
  if (sent === undefined) return undefined;
  const normalized = normalizeOrigin(sent);
  return origins.some((configured) => allows(configured, normalized)) ? normalized.domain : undefined;
}

/** Says who may read the response, and whether with credentials. */
function setOrigin(settings: CorsConfig, sent: string | undefined, response: HeaderList): void {
  const origins = settings.origins ?? [];
  const allowed = allowedOrigin(origins, sent);
  const isOpen = allowed === "*";
  response.delete("Access-Control-Allow-Origin");
  if (allowed !== undefined) response.set("Access-Control-Allow-Origin", allowed);
  if (!isOpen || (settings.credentials && sent !== undefined)) response.append("Vary", "Origin");
  if (!settings.credentials || (isOpen && sent === undefined)) return;
  // "*" and credentials exclude each other, so the origin that asks is named (as Kong does).
  if (isOpen && sent !== undefined) response.set("Access-Control-Allow-Origin", sent);
  response.set("Access-Control-Allow-Credentials", "true");
}

function preflight(settings: CorsConfig, sent: string, request: HeaderList): HeaderList {
  const response = new HeaderList();
  setOrigin(settings, sent, response);
  const asked = request.get("Access-Control-Request-Headers");
  if (settings.headers !== null && settings.headers.length > 0)
    response.set("Access-Control-Allow-Headers", settings.headers.join(","));
  else if (asked !== undefined) response.set("Access-Control-Allow-Headers", asked);
  response.set("Access-Control-Allow-Methods", settings.methods.join(","));
  if (settings.max_age !== null) response.set("Access-Control-Max-Age", String(settings.max_age));
  if (settings.private_network && request.get("Access-Control-Request-Private-Network") === "true")
    response.set("Access-Control-Allow-Private-Network", "true");
  return response;
}

/** An empty header counts as none. */
function originOf(request: HeaderList): string | undefined {
  const sent = request.get("Origin");
  return sent === "" ? undefined : sent;
}

/** Lets browsers call the routes from pages of other origins. */
export const cors: AnyPluginKind = definePlugin({
  name: "cors",
  priority: 2000,
  config,
  access: (settings, { method, requestHeaders }) => {
    const sent = originOf(requestHeaders);
    if (method !== "OPTIONS" || sent === undefined || !requestHeaders.has("Access-Control-Request-Method"))
      return undefined;
    if (settings.preflight_continue) return { leaveResponse: true };
    const headers = preflight(settings, sent, requestHeaders).toPairs();
    return { answer: { status: 200, headers }, leaveResponse: true };
  },
  response: (settings, request, response) => {
    const sent = originOf(request);
    if (sent === undefined && !settings.allow_origin_absent) return;
    setOrigin(settings, sent, response);
    if (settings.exposed_headers !== null && settings.exposed_headers.length > 0)
      response.set("Access-Control-Expose-Headers", settings.exposed_headers.join(","));
  },
});
