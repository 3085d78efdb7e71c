import { existsSync, statSync } from "node:fs";
import { posix, relative, sep } from "node:path";

import { agentEnvironment, type AgentEnvironmentRequest } from "../agents/agent-environment.ts";
import { agentName } from "../agents/agent-name.ts";
import type { BuildSecret } from "../agents/build-secrets.ts";
import type { NamedVariable } from "../agents/compose-file.ts";
import { agentImageUnpinned, agentNameTwice, agentReachesOut } from "../agents/errors.ts";
import type { VariableLookup } from "../settings/variable.ts";
import { type AgentContract, type AgentReading, readAgent } from "../agents/read-agent.ts";
import { NasikoError, NasikoErrors, throwProblems } from "../errors/define-error.ts";
import { parseReference } from "../../engine/formats/image-reference.ts";
import { REGISTRY_SERVICE } from "../services/names.ts";
import { agentTelemetryEnv } from "../services/telemetry-env.ts";
import type { PortSpec, ServiceSpec } from "../services/service-spec.ts";
import type { Settings } from "../settings/settings.ts";
import { agentFolder, isOwnFolder, type Places } from "./agent-folder.ts";
import { agentPreloads, type PreloadRequest } from "./agent-preloads.ts";
import { agentSource } from "../agents/agent-source.ts";
import { agentNameProblems, agentUrl, type PlannedAgent, planAgent } from "./agents.ts";
import { agentFolderMissing } from "./errors.ts";
import type { HashKey } from "./hash-key.ts";
import { gatewayDoor, hostUrl } from "./host-url.ts";
import type { AgentImage, BuildSecretValues, BuiltImage, ImageCatalogue } from "./images.ts";

export interface AgentsRequest extends Places {
  readonly settings: Settings;
  readonly services: readonly ServiceSpec[];
  readonly images: ImageCatalogue;
  /** @default nobody has set any variable */
  readonly variable?: VariableLookup | undefined;
  /** @default hashes of agents with secrets are plain */
  readonly hashKey?: HashKey | undefined;
}

/**
 * Plans the stack's agents; none where no service registry is: nobody could reach them.
 * @throws NasikoError or NasikoErrors with everything that is wrong with any of them.
 */
export function planAgents(request: AgentsRequest): readonly PlannedAgent[] {
  const { settings, services } = request;
  const serviceNames = services.map(({ name }) => name);
  if (!serviceNames.includes(REGISTRY_SERVICE)) return [];
  const given = Object.keys(settings.agents);
  const problems: NasikoError[] = [
    ...agentNameProblems(given.map(agentName), serviceNames, given),
    ...sameNames(given),
  ];
  const planned = Object.entries(settings.agents).map(([name, text]) => tryAgent(name, text, request));
  for (const attempt of planned) problems.push(...attempt.problems);
  throwProblems(problems);
  return planned.flatMap(({ agent }) => (agent === undefined ? [] : [agent]));
}

export interface AgentAttempt {
  /** Undefined when there are problems. */
  readonly agent: PlannedAgent | undefined;
  readonly problems: readonly NasikoError[];
  readonly notes: readonly string[];
  /** What its image is made from; undefined when not even that is known. */
  readonly source?: AgentImage;
}

/**
 * Plans one agent, and says everything that keeps it from being one.
 * @param text where it comes from, see {@link agentSource}
 */
export function tryAgent(called: string, text: string, request: AgentsRequest): AgentAttempt {
  const { root, program = root, settings, images } = request;
  const name = agentName(called);
  const { folder: path, version } = agentSource(text);
  const absolute = agentFolder(request, path);
  if (!existsSync(absolute) || !statSync(absolute).isDirectory())
    return { agent: undefined, problems: [agentFolderMissing({ name: called, folder: path })], notes: [] };
  // An absolute path in the state would be a difference between machines.
  const folder = relative(program, absolute).split(sep).join("/") || ".";
  const confined = !isOwnFolder(request, absolute);
  // What its files are made of besides is no more than what it may have.
  const given = valueOf(settings.agentEnv, name) ?? [];
  const mayHave = (variable: string): boolean => !confined || given.includes(variable);
  const reading = readAgent({
    root: program,
    folder,
    agent: name,
    confined,
    outside: permitted(request.variable, mayHave),
  });
  const problems: NasikoError[] = [...reading.problems];
  const { contract } = reading;
  const outside: Outside = { outside: request.variable ?? (() => undefined), mayHave, folder };
  // A Dockerfile can be checked whatever is wrong with the other files.
  // What reaches out of the folder is not read at all, to hash it either.
  const secrets = valueOf(settings.agentSecrets, name) ?? {};
  const source = reading.problems.some(({ code }) => code === agentReachesOut.code)
    ? undefined
    : collect(problems, () => imageOf({ agent: name, secrets, ...outside }, contract));
  const image =
    version === undefined
      ? source && collect(problems, () => images.ofAgent(name, source))
      : images.ofAgentVersion(name, version);
  if (contract === undefined) return { agent: undefined, problems, notes: reading.notes };

  const filled = agentEnvironment({
    agent: name,
    contract,
    secrets,
    platform: { NASIKO_GATEWAY_URL: gatewayInside(request.services) },
    ...outside,
  });
  problems.push(...filled.problems);
  const has = (service: string): boolean => request.services.some((each) => each.name === service);
  const preloads = agentPreloads({ settings, has }, { name, env: filled.env, ...runsOf(contract) });
  const notes = [
    ...noteName(called, name),
    ...reading.notes,
    ...filled.unused
      .filter((secret) => !buildVariables(contract).includes(secret))
      .map(unusedSecret(name, contract)),
    ...(image?.kind === "built" ? buildNotes(image) : []),
    ...preloads.notes,
  ];
  if (image === undefined || problems.length > 0) return { agent: undefined, problems, notes };
  const url = agentUrl(gatewayOutside(settings, request.services), name);
  const telemetry = agentTelemetryEnv({ settings, has }, name, image.shortHash);
  const env = { ...telemetry, ...filled.env, ...preloads.env };
  const parts = { name, folder, contract, image, env, url, notes, preloads };
  return { agent: planAgent(parts, settings, request.hashKey), problems, notes, ...(source && { source }) };
}

/** What is known of the program that an agent's container runs. */
const runsOf = ({ stage, service }: AgentContract): Pick<PreloadRequest, "stage" | "command"> => ({
  stage,
  command: [...(service?.entrypoint ?? []), ...(service?.command ?? [])],
});

/** What an author should know of how the image is built. */
const buildNotes = ({ mappings, buildKit, dockerfile }: BuiltImage): readonly string[] => [
  ...mappings.flatMap(({ note }) => (note === undefined ? [] : [note])),
  ...buildKit
    .filter(({ api }) => api !== undefined)
    .map(({ name, line }) => `${dockerfile.path}:${line}: ${name} needs Docker 23 or newer`),
];

/** @returns undefined when the attempt ended in a problem, which is noted */
function collect<Result>(problems: NasikoError[], attempt: () => Result): Result | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof NasikoErrors) problems.push(...error.problems);
    else if (error instanceof NasikoError) problems.push(error);
    else throw error;
    return undefined;
  }
}

function imageOf(request: ImageRequest, contract: AgentReading["contract"]): AgentImage {
  const { agent, folder } = request;
  const { image, build } = contract?.service ?? {};
  if (contract !== undefined && image !== undefined) {
    const { reference, line } = image;
    const { digest } = parseReference(reference);
    if (digest === undefined)
      throw agentImageUnpinned({ agent, reference, path: contract.composePath, line });
    return { reference, digest };
  }
  const dockerfile = build?.dockerfile ?? contract?.dockerfile;
  return {
    context: posix.join(folder, build?.context ?? "."),
    ...(dockerfile === undefined ? {} : { dockerfile }),
    ...(build?.target === undefined ? {} : { target: build.target }),
    ...(contract === undefined || build === undefined || build.args.length === 0
      ? {}
      : { args: buildArgs(build.args, contract, request) }),
    ...(contract === undefined || build === undefined || build.secrets.length === 0
      ? {}
      : { secrets: buildSecrets(build.secrets, contract, request) }),
  };
}

/** Values of the secrets of a build, by id. They are no part of the image, nor of its hash. */
function buildSecrets(
  asked: readonly BuildSecret[],
  { composePath, ownValues, secretFiles }: AgentContract,
  request: ImageRequest,
): BuildSecretValues {
  const environment = asked.flatMap(({ from, line }) =>
    "variable" in from ? [{ name: from.variable, text: undefined, line }] : [],
  );
  const contract = { composePath, environment, ownValues, envFiles: [] };
  const { env, problems } = agentEnvironment({ ...request, contract, platform: {} });
  throwProblems(problems);
  return new Map(
    asked.map(({ id, from }) => {
      if ("file" in from) return [id, secretFiles.get(from.file) ?? new Uint8Array()] as const;
      const value = env[from.variable] ?? "";
      return [id, Buffer.from(typeof value === "string" ? value : value.value)] as const;
    }),
  );
}

const buildVariables = ({ service }: AgentContract): readonly string[] =>
  (service?.build?.secrets ?? []).flatMap(({ from }) => ("variable" in from ? [from.variable] : []));

/** Build arguments end up in the image's history, so no secret of the agent is for them. */
function buildArgs(
  args: readonly NamedVariable[],
  { composePath }: AgentContract,
  request: ImageRequest,
): Readonly<Record<string, string>> {
  const contract = { composePath, environment: args, ownValues: {}, envFiles: [] };
  const { env, problems } = agentEnvironment({ ...request, contract, secrets: {}, platform: {} });
  throwProblems(problems);
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, typeof value === "string" ? value : value.value]),
  );
}

/** Variables from outside as far as an agent may have them. */
const permitted =
  (variable: VariableLookup | undefined, mayHave: (name: string) => boolean): VariableLookup =>
  (name) => {
    const found = mayHave(name) ? variable?.(name) : undefined;
    return found?.withheld === true ? undefined : found;
  };

/** What comes from outside an agent's folder, and how much of it the agent may have. */
type Outside = Pick<AgentEnvironmentRequest, "outside" | "mayHave" | "folder">;

/** Whose image it is, and what its build may be made of. */
type ImageRequest = Outside & Pick<AgentEnvironmentRequest, "agent" | "secrets">;

/** Settings keep things under the name that somebody used for the agent, in whatever case. */
const valueOf = <Value>(settings: Readonly<Record<string, Value>>, agent: string): Value | undefined =>
  Object.entries(settings).find(([name]) => agentName(name) === agent)?.[1];

function sameNames(given: readonly string[]): readonly NasikoError[] {
  const groups = Map.groupBy(given, agentName);
  return [...groups].flatMap(([name, same]) =>
    same.length > 1 ? [agentNameTwice({ name, given: same })] : [],
  );
}

const noteName = (given: string, name: string): readonly string[] =>
  given === name ? [] : [`Agent ${given} is called ${name} here: names are DNS labels, in lower case.`];

const unusedSecret =
  (agent: string, { composePath }: AgentContract) =>
  (secret: string): string =>
    `Agent ${agent} has a secret ${secret} that ${composePath} does not name, so it does not get it.`;

/** The gateway's ports: agents are there only together with the registry, which depends on the gateway. */
const gatewayPorts = (
  services: readonly ServiceSpec[],
): readonly (PortSpec & { readonly service: string })[] =>
  services
    .flatMap(({ name, ports = [] }) => ports.map((port) => ({ service: name, ...port })))
    .filter(({ gateway }) => gateway === true);

/** Inside the networks of the stack nobody listens in: there it is the port without TLS. */
function gatewayInside(services: readonly ServiceSpec[]): string {
  const port = gatewayPorts(services).find(({ tls }) => tls !== true);
  if (port === undefined) throw new Error("There are agents, but no port of the catalogue is the gateway.");
  return `http://${port.service}:${port.internal}`;
}

function gatewayOutside(settings: Settings, services: readonly ServiceSpec[]): string {
  const published = gatewayPorts(services).flatMap(({ host, ...port }) =>
    host === undefined ? [] : [{ ...port, host }],
  );
  const door = gatewayDoor(settings, published);
  if (door === undefined) throw new Error("The gateway has no port on the host.");
  return hostUrl(settings, door);
}
