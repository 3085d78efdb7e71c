import { z } from "zod";
import { readBaseRules, type BaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import { BaseImagesSchema, type BaseImage } from "./base-images.ts";
import { parseTelemetryMount, type TelemetryMount } from "../../lib/telemetry-mount.ts";
import { type Environment, httpUrl, readVariables, redisUrl } from "../../lib/settings.ts";

export interface Settings {
  readonly redisUrl: string;
  readonly stack: string;
  /** The Docker API behind the build proxy, e.g. "http://docker-proxy-build:2375". */
  readonly dockerUrl: string;
  readonly agentsNetwork: string;
  readonly agentsRoot: string;
  readonly serviceRegistryUrl: string;
  /** Opens what the service registry knows. */
  readonly registryToken: string;
  /** From it the secret is derived by which an agent knows the gateway. */
  readonly gatewaySecret: string;
  /** From it the credential is derived by which an agent reports. @default agents have none */
  readonly telemetrySecret: string | undefined;
  readonly publicGatewayUrl: string;
  readonly serviceToken: string;
  /** The registry of agents' images; undefined: images are not pushed. */
  readonly registry: ImageRegistry | undefined;
  readonly baseImages: readonly BaseImage[];
  /** What an upload may stand on. */
  readonly bases: BaseRules;
  /** Milliseconds that a build may take as a whole. */
  readonly buildTimeout: number;
  /** Bytes of the files that an upload sends to the builder. */
  readonly largestContext: number;
  /** Bytes of an agent's image, its base included. */
  readonly largestImage: number;
  /** Name in the consumer group; two workers must not share one. */
  readonly consumer: string;
  readonly maxAttempts: number;
  /** Milliseconds after which work that nobody finished is taken up again. */
  readonly retryAfter: number;
  /** Milliseconds within which a new version has to be served. */
  readonly servedWithin: number;
  /** Touched while the loop is alive. */
  readonly heartbeatFile: string;
  readonly agentMemory: number;
  /** Processors that one agent may use, e.g. 0.5. */
  readonly agentCpus: number;
  /** The auth service, which gives each agent a secret of its own. @default there is none, as in mode `simple` */
  readonly authUrl: string | undefined;
  /** Variables that every agent gets. */
  readonly agentEnv: Readonly<Record<string, string>>;
  /** Keys of the operator's, e.g. of model providers. */
  readonly agentKeys: Readonly<Record<string, string>>;
  /** What agents load to report traces; undefined: they report only by themselves. */
  readonly telemetryMount: TelemetryMount | undefined;
  /** Names of the agents that load nothing of it. */
  readonly uninstrumented: readonly string[];
  /** Names of the agents, and ids of the owners of agents, that get the keys. */
  readonly agentKeysFor: readonly string[];
}

/** One registry, seen from two places. */
export interface ImageRegistry {
  /** As the engine reaches it, and thus part of images' names, e.g. "127.0.0.1:5001". */
  readonly pushAddress: string;
  /** As the worker reaches it, e.g. "http://agent-registry:5000". */
  readonly url: string;
  /** What opens it, for `Authorization`; undefined: it asks for nothing. */
  readonly authorization: string | undefined;
}

/** Passed on to agents when they are set. */
const KEYS = [
  ...["OPENAI_API_KEY", "OPENROUTER_API_KEY", "MINIMAX_API_KEY", "JINA_API_KEY", "LANGTRACE_API_KEY"],
];
const PASSED_ON = [
  ...["MINIMAX_BASE_URL", "LANGTRACE_ENABLED", "LANGTRACE_API_HOST"],
  ...["OLLAMA_SERVER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_METRICS_EXPORTER", "AGENT_AUTH_URL"],
  // Whether questions and answers may be in spans.
  ...["NASIKO_TRACE_CONTENT", "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"],
  ...["OPENINFERENCE_HIDE_INPUTS", "OPENINFERENCE_HIDE_OUTPUTS", "TRACELOOP_TRACE_CONTENT"],
];

const Json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "is not JSON" });
    return z.NEVER;
  }
});
const seconds = (preferred: number): z.ZodType<number> =>
  z.coerce
    .number()
    .positive()
    .default(preferred)
    .transform((value) => value * 1000);
const megabytes = (least: number, most: number, preferred: number): z.ZodType<number> =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(most)
    .default(preferred)
    .transform((value) => value * 1024 * 1024);

const nameList = z
  .string()
  .default("")
  .transform((names) => names.split(",").filter((name) => name !== ""));

const Variables = z.object({
  REDIS_URL: redisUrl,
  NASIKO_STACK: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/),
  DOCKER_HOST: z
    .string()
    .transform((text) => text.replace(/^tcp:/, "http:"))
    .pipe(httpUrl),
  NASIKO_AGENTS_NETWORK: z.string().min(1),
  AGENTS_ROOT: z.string().startsWith("/").default("/app/agents"),
  KONG_SERVICE_REGISTRY_URL: httpUrl,
  NASIKO_REGISTRY_TOKEN: z.string().min(20),
  AGENTS_GATEWAY_SECRET: z.string().min(20),
  TELEMETRY_SECRET: z.string().min(20).optional(),
  PUBLIC_GATEWAY_URL: httpUrl,
  NASIKO_SERVICE_TOKEN: z.string().min(16),
  AUTH_SERVICE_URL: httpUrl.optional(),
  AGENT_REGISTRY_URL: z.string().default(""),
  AGENT_REGISTRY_LOGIN: z.string().default(""),
  AGENT_REGISTRY_PUSH: z
    .string()
    .regex(/^(?:[a-zA-Z0-9.-]+(?::\d{1,5})?)?$/)
    .default(""),
  NASIKO_AGENT_BASES: z.string().optional(),
  NASIKO_AGENT_KEYS_FOR: nameList,
  NASIKO_AGENT_INSTRUMENTATION_OFF: nameList,
  NASIKO_TELEMETRY_MOUNT: z
    .string()
    .transform((text, context) => {
      const mount = parseTelemetryMount(text);
      if (mount === undefined) context.addIssue({ code: "custom", message: "is not volume:/path" });
      return mount;
    })
    .optional(),
  NASIKO_BASE_IMAGES: Json.pipe(BaseImagesSchema).default([]),
  NASIKO_WORKER_NAME: z.string().min(1).default("worker-1"),
  WORKER_MAX_ATTEMPTS: z.coerce.number().int().min(1).max(20).default(3),
  WORKER_RETRY_SECONDS: seconds(20),
  WORKER_SERVED_SECONDS: seconds(90),
  WORKER_BUILD_SECONDS: seconds(1800),
  WORKER_CONTEXT_MB: megabytes(1, 500, 400),
  WORKER_IMAGE_MB: megabytes(1, 100_000, 4096),
  WORKER_HEARTBEAT_FILE: z.string().startsWith("/").default("/tmp/heartbeat"),
  AGENT_MEMORY_MB: megabytes(16, 4096, 512),
  AGENT_CPUS: z.coerce.number().min(0.01).max(64).default(1),
});

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const data = readVariables(Variables, environment);
  return {
    redisUrl: data.REDIS_URL,
    stack: data.NASIKO_STACK,
    dockerUrl: data.DOCKER_HOST,
    agentsNetwork: data.NASIKO_AGENTS_NETWORK,
    agentsRoot: data.AGENTS_ROOT,
    serviceRegistryUrl: data.KONG_SERVICE_REGISTRY_URL,
    registryToken: data.NASIKO_REGISTRY_TOKEN,
    gatewaySecret: data.AGENTS_GATEWAY_SECRET,
    telemetrySecret: data.TELEMETRY_SECRET,
    publicGatewayUrl: data.PUBLIC_GATEWAY_URL,
    serviceToken: data.NASIKO_SERVICE_TOKEN,
    registry: registryOf(data.AGENT_REGISTRY_PUSH, data.AGENT_REGISTRY_URL, data.AGENT_REGISTRY_LOGIN),
    baseImages: data.NASIKO_BASE_IMAGES,
    bases: readBaseRules(data.NASIKO_AGENT_BASES, [data.AGENT_REGISTRY_PUSH, data.AGENT_REGISTRY_URL]),
    buildTimeout: data.WORKER_BUILD_SECONDS,
    largestContext: data.WORKER_CONTEXT_MB,
    largestImage: data.WORKER_IMAGE_MB,
    consumer: data.NASIKO_WORKER_NAME,
    maxAttempts: data.WORKER_MAX_ATTEMPTS,
    retryAfter: data.WORKER_RETRY_SECONDS,
    servedWithin: data.WORKER_SERVED_SECONDS,
    heartbeatFile: data.WORKER_HEARTBEAT_FILE,
    authUrl: data.AUTH_SERVICE_URL,
    agentMemory: data.AGENT_MEMORY_MB,
    agentCpus: data.AGENT_CPUS,
    agentEnv: given(environment, PASSED_ON),
    agentKeys: given(environment, KEYS),
    telemetryMount: data.NASIKO_TELEMETRY_MOUNT,
    uninstrumented: data.NASIKO_AGENT_INSTRUMENTATION_OFF,
    agentKeysFor: data.NASIKO_AGENT_KEYS_FOR,
  };
}

/** The variables among these that have a value. */
const given = (environment: Environment, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    names.flatMap((name): [string, string][] => {
      const value = environment[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );

function registryOf(pushAddress: string, address: string, login: string): ImageRegistry | undefined {
  if (pushAddress === "" || address === "") return undefined;
  return {
    pushAddress,
    url: address.includes("://") ? address.replace(/(?<!\/)\/+$/, "") : `http://${address}`,
    authorization: login === "" ? undefined : `Basic ${Buffer.from(login).toString("base64")}`,
  };
}
