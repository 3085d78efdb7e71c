import { isDeepStrictEqual } from "node:util";
import { mountBody } from "../../../lib/telemetry-mount.ts";
import { isAgentName, ownLabels, parseAgentImage, type BuildPolicy } from "./policy.ts";

export type CheckedBody =
  /** `json` is written anew from what was understood: nothing of the caller's own text reaches the engine. */
  { readonly kind: "allow"; readonly json: string } | { readonly kind: "deny"; readonly reason: string };

type Fields = Readonly<Record<string, unknown>>;

/** Carries a reason out of the nested checks; never leaves this file. */
class Refusal extends Error {}
const refuse = (reason: string): never => {
  throw new Refusal(reason);
};

const MEBIBYTE = 1024 * 1024;
const MEMORY = { least: 16 * MEBIBYTE, most: 4096 * MEBIBYTE };
/** Weight; Docker's default is 1024, and the platform's containers have it. */
const CPU_SHARES = { least: 2, most: 512 };
const NANO_CPUS = { least: 10_000_000, most: 64_000_000_000 };
const MOST_PROCESSES = 1024;
const MOST_RETRIES = 10;
const MOST_STOP_SECONDS = 60;

const TOP_FIELDS = ["Image", "Env", "Cmd", "Labels", "HostConfig", "NetworkingConfig", "StopTimeout"];
const HOST_FIELDS = [
  ...["NetworkMode", "Memory", "MemorySwap", "CpuShares", "NanoCpus", "PidsLimit", "CapDrop", "SecurityOpt"],
  ...["RestartPolicy", "ReadonlyRootfs", "Init", "Mounts"],
];

/**
 * Checks the body of `POST /containers/create` and writes it anew. The only containers there can be are versions
 * of this stack's agents, on the agents' network, with no more rights than a process needs to answer calls.
 * @param name the container's name, from the query
 */
export function checkContainerBody(text: string, name: string, policy: BuildPolicy): CheckedBody {
  try {
    return { kind: "allow", json: JSON.stringify(rewrite(parseBody(text), name, policy)) };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "deny", reason: error.message };
    throw error;
  }
}

function rewrite(body: Fields, name: string, policy: BuildPolicy): Fields {
  onlyKnown(body, TOP_FIELDS, "");
  const labels = checkLabels(body["Labels"], policy.stack);
  if (name !== `nasiko-${policy.stack}-agent-${labels.agent}-${labels.hash.slice(0, 8)}`)
    refuse("the container's name does not say which version of which agent it is");
  const image = body["Image"];
  const parsed = typeof image === "string" ? parseAgentImage(image) : undefined;
  if (parsed?.agent !== labels.agent) return refuse("Image is not one of the agent's own images");
  checkEndpoints(body["NetworkingConfig"], policy.agentsNetwork);
  return {
    Image: image,
    Env: checkEnv(body["Env"]),
    ...(isNeutral(body["Cmd"]) ? {} : { Cmd: checkCommand(body["Cmd"]) }),
    Labels: labels.all,
    StopTimeout: wholeNumber(body["StopTimeout"] ?? 10, 0, MOST_STOP_SECONDS, "StopTimeout"),
    HostConfig: rewriteHost(body["HostConfig"], policy),
    NetworkingConfig: { EndpointsConfig: { [policy.agentsNetwork]: {} } },
  };
}

function rewriteHost(given: unknown, policy: BuildPolicy): Fields {
  const host = object(given, "HostConfig");
  onlyKnown(host, HOST_FIELDS, "HostConfig.");
  if (host["NetworkMode"] !== policy.agentsNetwork)
    refuse("HostConfig.NetworkMode is not the agents' network");
  if (host["Memory"] === undefined) refuse("HostConfig.Memory, the limit, is missing");
  const memory = wholeNumber(host["Memory"], MEMORY.least, MEMORY.most, "HostConfig.Memory");
  if (![undefined, memory].includes(host["MemorySwap"] as undefined))
    refuse("HostConfig.MemorySwap is not the same as Memory");
  if (!sameTexts(host["CapDrop"], ["ALL"])) refuse("HostConfig.CapDrop does not drop ALL capabilities");
  const security = host["SecurityOpt"];
  if (!sameTexts(security, ["no-new-privileges"]) && !sameTexts(security, ["no-new-privileges:true"]))
    refuse("HostConfig.SecurityOpt is not exactly no-new-privileges");
  if (typeof (host["ReadonlyRootfs"] ?? false) !== "boolean")
    refuse("HostConfig.ReadonlyRootfs is neither true nor false");
  return {
    NetworkMode: policy.agentsNetwork,
    Memory: memory,
    MemorySwap: memory,
    CpuShares: wholeNumber(
      isNeutral(host["CpuShares"]) ? CPU_SHARES.most : host["CpuShares"],
      CPU_SHARES.least,
      CPU_SHARES.most,
      "HostConfig.CpuShares",
    ),
    ...(isNeutral(host["NanoCpus"])
      ? {}
      : { NanoCpus: wholeNumber(host["NanoCpus"], NANO_CPUS.least, NANO_CPUS.most, "HostConfig.NanoCpus") }),
    PidsLimit: wholeNumber(host["PidsLimit"] ?? 256, 1, MOST_PROCESSES, "HostConfig.PidsLimit"),
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges:true"],
    RestartPolicy: checkRestart(host["RestartPolicy"]),
    ...checkMounts(host["Mounts"], policy),
    ReadonlyRootfs: host["ReadonlyRootfs"] ?? false,
    Init: true,
    LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
  };
}

/** At most the one that the policy names, and exactly so. */
function checkMounts(given: unknown, { telemetryMount }: BuildPolicy): Fields {
  if (isNeutral(given)) return {};
  const allowed = telemetryMount === undefined ? [] : [mountBody(telemetryMount)];
  return isDeepStrictEqual(given, allowed)
    ? { Mounts: allowed }
    : refuse("HostConfig.Mounts is not the one mount that agents may have");
}

interface AgentLabels {
  readonly agent: string;
  readonly hash: string;
  readonly all: Readonly<Record<string, string>>;
}

function checkLabels(given: unknown, stack: string): AgentLabels {
  const labels = object(given, "Labels");
  const fixed = ownLabels(stack);
  for (const [name, value] of Object.entries(fixed))
    if (labels[name] !== value) refuse(`label ${name} is not ${JSON.stringify(value)}`);
  const { "nasiko.agent": agent, "nasiko.hash": hash, "nasiko.port": port } = labels;
  if (typeof agent !== "string" || !isAgentName(agent))
    return refuse("label nasiko.agent is no agent's name");
  if (typeof hash !== "string" || !/^[0-9a-f]{16}$/.test(hash)) return refuse("label nasiko.hash is no hash");
  if (typeof port !== "string" || !/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65535)
    return refuse("label nasiko.port is no port");
  const all = {
    ...fixed,
    "nasiko.agent": agent,
    "nasiko.hash": hash,
    "nasiko.port": port,
    ...optionalLabels(labels),
  };
  const foreign = Object.keys(labels).find((name) => !Object.hasOwn(all, name));
  if (foreign !== undefined) refuse(`label ${JSON.stringify(foreign)} is not allowed`);
  return { agent, hash, all };
}

const LARGEST_CARD = 32_768;

/** How an agent can be reached besides, and the card of one that shows none. */
function optionalLabels(labels: Fields): Readonly<Record<string, string>> {
  const { "nasiko.other-ports": ports, "nasiko.card": card } = labels;
  if (
    ports !== undefined &&
    (typeof ports !== "string" || !/^[1-9]\d{0,4}(?:,[1-9]\d{0,4}){0,7}$/.test(ports))
  )
    return refuse("label nasiko.other-ports is no list of ports");
  if (card !== undefined && (typeof card !== "string" || card.length > LARGEST_CARD))
    return refuse("label nasiko.card is no card");
  return {
    ...(ports === undefined ? {} : { "nasiko.other-ports": ports }),
    ...(card === undefined ? {} : { "nasiko.card": card }),
  };
}

function checkEndpoints(given: unknown, network: string): void {
  const config = object(given ?? {}, "NetworkingConfig");
  onlyKnown(config, ["EndpointsConfig"], "NetworkingConfig.");
  for (const [name, endpoint] of Object.entries(
    object(config["EndpointsConfig"] ?? {}, "NetworkingConfig.EndpointsConfig"),
  )) {
    if (name !== network) refuse(`network ${JSON.stringify(name)} is not the agents' network`);
    // An alias would let an agent answer to another's name.
    if (!isNeutral(endpoint)) refuse("an endpoint with settings of its own is not allowed");
  }
}

function checkEnv(given: unknown): readonly string[] {
  const list = given ?? [];
  if (!Array.isArray(list) || !list.every(isAssignment)) return refuse("Env is not a list of NAME=value");
  return list;
}

/** What runs in an agent's container is the agent's business; it has no more rights than its image's own command. */
function checkCommand(given: unknown): readonly string[] {
  if (!Array.isArray(given) || !given.every(isWord)) return refuse("Cmd is not a list of words");
  return given;
}

const isWord = (value: unknown): value is string => typeof value === "string" && !value.includes("\0");

const isAssignment = (value: unknown): value is string =>
  typeof value === "string" && /^[A-Za-z_]\w*=[^\0]*$/.test(value);

/** `always` is left out: it would bring back what somebody stopped. Docker itself waits longer after each failure. */
function checkRestart(given: unknown): Fields {
  const policy = object(given ?? { Name: "no" }, "HostConfig.RestartPolicy");
  onlyKnown(policy, ["Name", "MaximumRetryCount"], "HostConfig.RestartPolicy.");
  const { Name: name, MaximumRetryCount: retries = 0 } = policy;
  if ((name === "no" || name === "unless-stopped") && retries === 0) return { Name: name };
  if (name !== "on-failure")
    return refuse("HostConfig.RestartPolicy is none of no, unless-stopped, on-failure");
  const count = wholeNumber(retries, 1, MOST_RETRIES, "HostConfig.RestartPolicy.MaximumRetryCount");
  return { Name: name, MaximumRetryCount: count };
}

/**
 * Refuses what is not on the list, unless its value only says what is true without it; such a value is not passed
 * on either. Field names count as they are written: the engine ignores their case, so another case is unknown here.
 */
function onlyKnown(fields: Fields, known: readonly string[], where: string): void {
  for (const [name, value] of Object.entries(fields))
    if (!known.includes(name) && (!isNeutral(value) || UNMASKING.includes(name)))
      refuse(`${where}${name} is not allowed`);
}

/** Of these an empty list does not mean the default: it takes the engine's own protection of /proc away. */
const UNMASKING = ["MaskedPaths", "ReadonlyPaths"];

function isNeutral(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function object(value: unknown, name: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse(`${name} is not an object`);
  // An object that is no list has texts as keys, and its values are looked at before they are used.
  return value as Fields;
}

function wholeNumber(value: unknown, least: number, most: number, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
    return refuse(`${name} is not a whole number from ${least} to ${most}`);
  return value;
}

const sameTexts = (value: unknown, wanted: readonly string[]): boolean =>
  Array.isArray(value) &&
  value.length === wanted.length &&
  wanted.every((text, index) => value[index] === text);

function parseBody(text: string): Fields {
  try {
    return object(JSON.parse(text), "the body");
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return refuse("the body is not JSON");
  }
}
