import { forceLabels, STACK_LABEL } from "./filters.ts";

/** What may come back from the engine for an allowed request. */
export type Answer = "ping" | "version" | "containers" | "networks" | "events";

export type Decision =
  /** `path` is written anew from what was understood: nothing of the caller's own text reaches the engine. */
  | { readonly kind: "allow"; readonly path: string; readonly answer: Answer }
  | { readonly kind: "deny"; readonly reason: string };

interface Endpoint {
  readonly answer: Answer;
  /** Query parameters that the caller may set, with the shape of their values; `filters` is handled apart. */
  readonly parameters: Readonly<Record<string, RegExp>>;
  /** Keys that may stand inside `filters`; undefined when the endpoint takes no filters. */
  readonly filters?: readonly string[];
}

const FLAG = /^(?:0|1|true|false)$/;
/** Seconds with an optional fraction, or RFC 3339. */
const TIME = /^(?:\d{1,12}(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))$/;

/**
 * The read mode: who is there and what happens to them, nothing else. `size` is left out because it makes the
 * engine walk file systems; filters that name other objects are left out because they tell whether those exist.
 */
const READ: Readonly<Record<string, Endpoint>> = {
  "/_ping": { answer: "ping", parameters: {} },
  "/version": { answer: "version", parameters: {} },
  "/containers/json": {
    answer: "containers",
    parameters: { all: FLAG, limit: /^\d{1,6}$/ },
    filters: ["label", "name", "id", "status", "health"],
  },
  "/networks": { answer: "networks", parameters: {}, filters: ["label"] },
  "/events": {
    answer: "events",
    parameters: { since: TIME, until: TIME },
    filters: ["label", "type", "event", "container"],
  },
};

/** Origin-form only, one optional version, then letters, `_`, `.` and single slashes: no escapes, no dot segments. */
const TARGET = /^(\/v\d{1,2}\.\d{1,3})?((?:\/[a-z_]+(?:\.[a-z]+)*)+)(?:\?(.*))?$/s;

const deny = (reason: string): Decision => ({ kind: "deny", reason });

/**
 * Decides about one request by its method and its request target exactly as they stood on the wire.
 * @param stack the only stack whose containers may be seen; it is forced into the engine's label filter
 * @param labels more labels that are forced in the same way
 */
export function decide(
  method: string,
  target: string,
  stack: string,
  labels: readonly string[] = [],
): Decision {
  if (method !== "GET" && method !== "HEAD") return deny(`method ${JSON.stringify(method)} is not allowed`);
  const match = TARGET.exec(target);
  if (match === null) return deny("the request target is not a plain path");
  const [, version = "", path = "", query = ""] = match;
  const endpoint = Object.hasOwn(READ, path) ? READ[path] : undefined;
  if (endpoint === undefined) return deny(`${path} is not allowed`);
  return withQuery(endpoint, `${version}${path}`, query, [`${STACK_LABEL}=${stack}`, ...labels]);
}

function withQuery(endpoint: Endpoint, path: string, query: string, labels: readonly string[]): Decision {
  const given = new URLSearchParams(query);
  const sent = new URLSearchParams();
  for (const name of new Set(given.keys())) {
    const [value = "", ...more] = given.getAll(name);
    // Which of two equal names counts differs between parsers: there is no safe reading of it.
    if (more.length > 0) return deny(`parameter ${JSON.stringify(name)} is given twice`);
    if (name === "filters" && endpoint.filters !== undefined) continue;
    const shape = Object.hasOwn(endpoint.parameters, name) ? endpoint.parameters[name] : undefined;
    if (shape === undefined) return deny(`parameter ${JSON.stringify(name)} is not allowed`);
    if (!shape.test(value)) return deny(`parameter ${JSON.stringify(name)} is malformed`);
    sent.set(name, value);
  }
  if (endpoint.filters !== undefined) {
    const filters = forceLabels(given.get("filters"), labels, endpoint.filters);
    if (filters.kind === "refused") return deny(filters.reason);
    sent.set("filters", filters.json);
  }
  const rest = sent.toString();
  return { kind: "allow", path: rest === "" ? path : `${path}?${rest}`, answer: endpoint.answer };
}
