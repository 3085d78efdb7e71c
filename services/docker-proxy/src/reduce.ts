/** Labels outside this namespace are nobody's business here: other tools keep paths and commands in theirs. */
const OWN_LABELS = "nasiko.";

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `JSON.parse` is typed `any`; this is where its result gets a type. */
const parse = (text: string): Json => JSON.parse(text) as Json;

function pick(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(
    keys.flatMap((key): (readonly [string, Json])[] => {
      const value = object[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

const ownLabels = (labels: unknown): JsonObject =>
  isObject(labels)
    ? Object.fromEntries(Object.entries(labels).filter(([name]) => name.startsWith(OWN_LABELS)))
    : {};

/**
 * The engine's list of containers, without what a reader of it has no use for: command, image, mounts, addresses.
 * @throws SyntaxError when the text is no JSON list of objects
 */
export function reduceContainers(text: string): string {
  const list = parse(text);
  if (!Array.isArray(list)) throw new SyntaxError("the engine's list of containers is not a list");
  // Array.isArray does not narrow a readonly array out of a union.
  const items: readonly Json[] = list as readonly Json[];
  return JSON.stringify(items.map(reduceContainer));
}

function reduceContainer(item: Json): JsonObject {
  if (!isObject(item)) throw new SyntaxError("an entry of the engine's list of containers is not an object");
  const settings = item["NetworkSettings"];
  const networks = isObject(settings) && isObject(settings["Networks"]) ? settings["Networks"] : {};
  return {
    ...pick(item, ["Id", "Names", "Created", "State", "Status"]),
    Labels: ownLabels(item["Labels"]),
    NetworkSettings: { Networks: Object.fromEntries(Object.keys(networks).map((name) => [name, {}])) },
  };
}

/**
 * The engine's list of networks: which addresses they have, and no more.
 * @throws SyntaxError when the text is no JSON list of objects
 */
export function reduceNetworks(text: string): string {
  const list = parse(text);
  if (!Array.isArray(list)) throw new SyntaxError("the engine's list of networks is not a list");
  // Array.isArray does not narrow a readonly array out of a union.
  const items: readonly Json[] = list as readonly Json[];
  return JSON.stringify(items.map(reduceNetwork));
}

function reduceNetwork(item: Json): JsonObject {
  if (!isObject(item)) throw new SyntaxError("an entry of the engine's list of networks is not an object");
  const ipam = item["IPAM"];
  const configs = isObject(ipam) && Array.isArray(ipam["Config"]) ? (ipam["Config"] as readonly Json[]) : [];
  return {
    ...pick(item, ["Name"]),
    Labels: ownLabels(item["Labels"]),
    IPAM: { Config: configs.filter(isObject).map((config) => pick(config, ["Subnet", "Gateway"])) },
  };
}

/** What an event may tell besides the labels of its container. */
const EVENT_ATTRIBUTES = ["name", "exitCode", "signal", "oldName"];

/**
 * One event without what it should not tell, or undefined for an event that is dropped: only containers, and no
 * `exec_*`, whose text is the command line that somebody ran.
 * @param line one JSON document of the stream, without its line end
 * @throws SyntaxError when the line is no JSON
 */
export function reduceEvent(line: string): string | undefined {
  const event = parse(line);
  if (!isObject(event) || event["Type"] !== "container") return undefined;
  const action = event["Action"];
  if (typeof action !== "string" || action.startsWith("exec_")) return undefined;
  const actor = event["Actor"];
  const attributes = isObject(actor) && isObject(actor["Attributes"]) ? actor["Attributes"] : {};
  return JSON.stringify({
    ...pick(event, ["Type", "Action", "status", "id", "scope", "time", "timeNano"]),
    Actor: {
      ...(isObject(actor) ? pick(actor, ["ID"]) : {}),
      Attributes: { ...pick(attributes, EVENT_ATTRIBUTES), ...ownLabels(attributes) },
    },
  });
}

/** What an inspection tells about a container: never its environment, command, mounts or addresses. */
export interface Inspection {
  /** The full id. */
  readonly id: string;
  readonly labels: Readonly<Record<string, Json>>;
  /** The reduced answer, as JSON. */
  readonly inspection: string;
}

/** @throws SyntaxError when the text is no inspection of a container */
export function reduceInspection(text: string): Inspection {
  const container = parse(text);
  const id = isObject(container) ? container["Id"] : undefined;
  if (!isObject(container) || typeof id !== "string" || !/^[0-9a-f]{64}$/.test(id))
    throw new SyntaxError("the engine's answer is no inspection of a container");
  const config = isObject(container["Config"]) ? container["Config"] : {};
  const state = isObject(container["State"]) ? container["State"] : {};
  const labels = ownLabels(config["Labels"]);
  const reduced = {
    ...pick(container, ["Id", "Name", "Image", "Created", "RestartCount"]),
    State: pick(state, ["Status", "Running", "ExitCode", "OOMKilled", "StartedAt", "FinishedAt"]),
    Config: { ...pick(config, ["Image"]), Labels: labels },
  };
  return { id, labels, inspection: JSON.stringify(reduced) };
}
