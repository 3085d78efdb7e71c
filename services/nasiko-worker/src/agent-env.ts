import type { VariableLookup } from "../../../engine/formats/compose/interpolate.ts";
import { OTLP_BEARER, otlpSenderEnv } from "../../../engine/formats/otlp-sender.ts";
import { readEnvFile, valuesOf } from "../../../engine/formats/compose/env-file.ts";
import { type Preloads, preloadVariables } from "../../../engine/formats/preloads.ts";
import { gatewaySecret, telemetrySecret } from "../../lib/derive-secret.ts";
import { type AgentCompose, filledIn } from "./compose.ts";
import { PermanentFailure } from "./failure.ts";
import type { DeployCommand } from "./command.ts";
import type { Image } from "./docker.ts";
import type { Settings } from "./settings.ts";

/** What a container of an agent is told. */
export interface AgentEnvironment {
  readonly agent: string;
  readonly ownerId: string;
  readonly stack: string;
  /** Where people reach it. */
  readonly publicUrl: string;
  /** From it this agent's own secret is derived, which the gateway sends with every request. */
  readonly gatewaySecret: string;
  /** From it this agent's own credential is derived, by which the gateway lets its telemetry through. @default none */
  readonly telemetrySecret?: string | undefined;
  /** From the settings, see {@link sharedWith}. */
  readonly shared: Readonly<Record<string, string>>;
  /** The agent's own secret, as the auth service gave it; undefined: there is none in this mode. */
  readonly accessSecret: string | undefined;
  /** The agent's own file of variables, if it has one. */
  readonly envFile: string | undefined;
  /** What it loads to report traces, and what its image says of itself. @default nothing is loaded */
  readonly preloads?: { readonly from: Preloads; readonly image: Pick<Image, "env" | "command"> } | undefined;
  /** Its compose file, if it has one. @default none */
  readonly compose?: AgentCompose | undefined;
}

/** All of it counts as sensitive, which matters to nobody here. */
export const lookupIn =
  (values: Readonly<Record<string, string>>): VariableLookup =>
  (name) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? undefined : { value, sensitive: true };
  };

/**
 * The agent's own file, read as Docker Compose would; it may be made of what the agent gets anyway.
 * @throws PermanentFailure for a line that says nothing
 */
function ownVariables(
  envFile: string,
  shared: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const file = readEnvFile(Buffer.from(envFile), lookupIn(shared));
  const [problem] = file.problems;
  if (problem !== undefined) throw new PermanentFailure(`.env:${problem.line}: ${problem.reason}`);
  return valuesOf(file);
}

/** What an upload itself may be made of: its own file of variables, and what all agents get. */
export const ownValues = ({
  shared,
  envFile,
}: Pick<AgentEnvironment, "shared" | "envFile">): Readonly<Record<string, string>> => ({
  ...shared,
  ...(envFile === undefined ? {} : ownVariables(envFile, shared)),
});

/** Variables of the compose file; one that only is named is handed on where it has a value. */
function composeVariables(
  { file, environment }: AgentCompose,
  values: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  const lookup = lookupIn(values);
  return [...environment].flatMap(([name, text]) => {
    const value = text === undefined ? lookup(name)?.value : filledIn(text, file, lookup);
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** As agents of the program have it, for an agent that has anything of OpenTelemetry in it. */
function telemetry({
  agent,
  ownerId,
  stack,
  shared,
  telemetrySecret: secret,
}: AgentEnvironment): Readonly<Record<string, string>> {
  const endpoint = shared["OTEL_EXPORTER_OTLP_ENDPOINT"];
  if (endpoint === undefined) return {};
  const attributes = {
    "service.namespace": "nasiko-agents",
    "openinference.project.name": agent,
    "enduser.id": ownerId,
    "deployment.environment.name": stack,
  };
  return {
    ...otlpSenderEnv({
      ...{ endpoint, name: agent, attributes },
      metrics: shared["OTEL_METRICS_EXPORTER"] === "otlp",
    }),
    ...(secret === undefined
      ? {}
      : { OTEL_EXPORTER_OTLP_HEADERS: `${OTLP_BEARER}${telemetrySecret(secret, agent)}` }),
  };
}

/**
 * Variables as Docker takes them, sorted: the agent's own file counts more than what all agents get, and its compose file
 * more than that.
 * @throws PermanentFailure for files of the agent that cannot be understood
 */
export function agentEnv(environment: AgentEnvironment): readonly string[] {
  const {
    agent,
    ownerId,
    publicUrl,
    gatewaySecret: agentsSecret,
    accessSecret,
    compose,
    preloads,
  } = environment;
  const own = ownValues(environment);
  const values = new Map<string, string | undefined>([
    ...Object.entries(telemetry(environment)),
    ...Object.entries(own),
    ...(compose === undefined ? [] : composeVariables(compose, own)),
    // Who it is and where it is reached is not the agent's to say.
    ["AGENT_NAME", agent],
    ["AGENT_PUBLIC_URL", publicUrl],
    ["OWNER_ID", ownerId],
    ["NASIKO_GATEWAY_SECRET", gatewaySecret(agentsSecret, agent)],
    ...(accessSecret === undefined ? [] : [["AGENT_ACCESS_SECRET", accessSecret] as const]),
  ]);
  const loaded =
    preloads === undefined
      ? {}
      : preloadVariables(
          preloads.from,
          (name) => values.get(name) ?? preloads.image.env.get(name),
          compose?.command?.join(" ") ?? preloads.image.command,
        );
  return [...new Map([...values, ...Object.entries(loaded)])]
    .filter(([name]) => /^[A-Za-z_]\w*$/.test(name))
    .map(([name, value = ""]) => `${name}=${value}`)
    .toSorted();
}

/**
 * What an agent gets from the settings. Keys of model providers are the operator's: whoever uploads an agent can read what
 * it is given, so a key goes to those agents and owners only that the operator names.
 */
export function sharedWith(
  { agentEnv: everybody, agentKeys, agentKeysFor }: Pick<Settings, "agentEnv" | "agentKeys" | "agentKeysFor">,
  { agent_name, owner_id }: Pick<DeployCommand, "agent_name" | "owner_id">,
): Readonly<Record<string, string>> {
  const isNamed = agentKeysFor.includes(agent_name) || (owner_id !== "" && agentKeysFor.includes(owner_id));
  return isNamed ? { ...everybody, ...agentKeys } : everybody;
}
