import { checkCard } from "./card.ts";
import { isObject, isText, type JsonObject } from "../../lib/json.ts";

/** A container that says by its labels that it is one version of an agent. */
export interface AgentContainer {
  readonly id: string;
  /** Unique name of the container, by which the gateway reaches it. */
  readonly name: string;
  readonly agent: string;
  /** Content hash of this version, from the label. */
  readonly hash: string;
  /** Port on which it serves its card and its calls, as far as its labels know. */
  readonly port: number;
  /** Where to ask when nothing answers there. @default nowhere */
  readonly otherPorts?: readonly number[];
  /** The card to serve for it when it serves none. @default none */
  readonly card?: JsonObject;
  /** Whether its process runs; a paused or restarting one does not. */
  readonly running: boolean;
  /** Docker's own words, e.g. "Up 3 minutes (healthy)". */
  readonly status: string;
}

/** A container with an agent's label that cannot be routed to. */
export interface UnusableContainer {
  readonly name: string;
  readonly reason: string;
}

export interface Discovered {
  /** Newest first: what is created later comes earlier. */
  readonly agents: readonly AgentContainer[];
  readonly unusable: readonly UnusableContainer[];
}

/** By convention of the platform, agents listen here. */
const DEFAULT_PORT = 5000;

/** It becomes part of host names, paths and tags. */
const AGENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** It becomes part of a tag of the gateway, which allows neither commas nor slashes. */
const HASH = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const PORT = /^[1-9]\d{0,4}$/;
/** No folder says more of them. */
const MOST_PORTS = 8;

/**
 * Reads Docker's list of containers (`GET /containers/json?all=1`); what is no agent of this stack is left out.
 * @throws TypeError when it is no list
 */
export function readContainers(list: unknown, stack: string): Discovered {
  if (!Array.isArray(list)) throw new TypeError("Docker's list of containers is not a list");
  const items: readonly unknown[] = list;
  const agents = items
    .filter(isObject)
    .filter((item) => label(item, "nasiko.kind") === "agent" && label(item, "nasiko.stack") === stack)
    .map((item) => ({ created: Number(item["Created"]), result: readContainer(item) }));
  // Docker lists the newest first, by nanoseconds that it does not tell: a stable sort keeps its order in a second.
  const sorted = agents.toSorted((a, b) => b.created - a.created).map(({ result }) => result);
  return {
    agents: sorted.filter((result): result is AgentContainer => !("reason" in result)),
    unusable: sorted.filter((result): result is UnusableContainer => "reason" in result),
  };
}

function readContainer(item: JsonObject): AgentContainer | UnusableContainer {
  const names: readonly unknown[] = Array.isArray(item["Names"]) ? item["Names"] : [];
  const name = (names.find(isText) ?? "").replace(/^\//, "");
  const id = item["Id"];
  const agent = label(item, "nasiko.agent") ?? "";
  const hash = label(item, "nasiko.hash") ?? "";
  const port = label(item, "nasiko.port") ?? String(DEFAULT_PORT);
  if (!isText(id) || name === "") return { name, reason: "Docker gave it no id or no name" };
  if (!AGENT_NAME.test(agent)) return { name, reason: "label nasiko.agent is no agent name" };
  if (!HASH.test(hash)) return { name, reason: "label nasiko.hash is no hash" };
  if (!PORT.test(port) || Number(port) > 65535) return { name, reason: "label nasiko.port is no port" };
  const status = isText(item["Status"]) ? item["Status"] : "";
  const running = item["State"] === "running";
  const others = (label(item, "nasiko.other-ports") ?? "").split(",").filter((text) => PORT.test(text));
  const card = cardOf(label(item, "nasiko.card"));
  return {
    ...{ id, name, agent, hash, port: Number(port), running, status },
    ...(others.length === 0 ? {} : { otherPorts: others.map(Number).slice(0, MOST_PORTS) }),
    ...(card === undefined ? {} : { card }),
  };
}

function cardOf(text: string | undefined): JsonObject | undefined {
  const check = text === undefined ? undefined : checkCard(text);
  return check?.kind === "card" ? check.card : undefined;
}

function label(item: JsonObject, name: string): string | undefined {
  const labels = item["Labels"];
  const value = isObject(labels) ? labels[name] : undefined;
  return isText(value) ? value : undefined;
}
