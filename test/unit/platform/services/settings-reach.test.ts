import { readFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { buildBlueprint } from "../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../platform/services/catalogue.ts";
import { type EnvValue, secret, sensitive, text } from "../../../../platform/services/env-value.ts";
import { COLLECTOR } from "../../../../platform/services/otel-collector-config.ts";
import type { ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { FIXED_VARIABLES } from "../../../../platform/settings/fixed-variables.ts";
import { MODEL_SETTINGS } from "../../../../platform/settings/models.ts";
import { PLATFORM_SETTINGS } from "../../../../platform/settings/platform.ts";
import { PORT_SETTINGS } from "../../../../platform/settings/ports.ts";
import { type SettingName, SETTINGS } from "../../../../platform/settings/settings.ts";
import { bundleImages } from "../../../../services/bundle/bundle.ts";
import { resolvedWith } from "./resolved-with.ts";

const ROOT = join(import.meta.dirname, "../../../..");

beforeAll(() => {
  bundleImages(ROOT);
});

const servicesWith = (values: Readonly<Record<string, string>>): readonly ServiceSpec[] =>
  catalogue(resolvedWith(values).settings);

/** Everything that is planned, as text, without the settings themselves. */
function blueprintWith(values: Readonly<Record<string, string>>): string {
  const { settings, variable } = resolvedWith(values);
  const blueprint = buildBlueprint({ root: ROOT, settings, catalogue, variable });
  return JSON.stringify({ ...blueprint, settings: undefined });
}

const envOf = (services: readonly ServiceSpec[], service: string): Readonly<Record<string, EnvValue>> =>
  services.find(({ name }) => name === service)?.env ?? {};

const chosen = (purpose: string, value: string): EnvValue => secret(purpose, value);

/** What is set, and what one service then finds in its environment. */
const REACH: readonly (readonly [
  Readonly<Record<string, string>>,
  string,
  Readonly<Record<string, EnvValue>>,
])[] = [
  [{ MONGO_ROOT_USER: "boss" }, "mongodb", { MONGO_INITDB_ROOT_USERNAME: "boss" }],
  [{ MONGO_ROOT_USER: "boss" }, "nasiko-backend", { MONGO_NASIKO_USER: "boss" }],
  [
    { MONGO_ROOT_PASSWORD: "s3cret" },
    "mongodb",
    { MONGO_INITDB_ROOT_PASSWORD: chosen("mongodb-password", "s3cret") },
  ],
  [
    { MONGO_ROOT_PASSWORD: "s3cret" },
    "nasiko-backend",
    { MONGO_NASIKO_PASSWORD: chosen("mongodb-password", "s3cret") },
  ],
  [
    { MONGO_ROOT_PASSWORD: "s3cret", MONGO_ROOT_USER: "boss" },
    "nasiko-chat-history",
    {
      MONGO_URL: text`mongodb://${"boss"}:${secret("mongodb-password", "s3cret")}@mongodb:27017/?authSource=admin`,
    },
  ],
  [{ MONGO_NASIKO_DATABASE: "acme" }, "nasiko-backend", { MONGO_NASIKO_DATABASE: "acme" }],
  [{ MONGO_CHAT_DB: "talk" }, "nasiko-chat-history", { CHAT_DB_NAME: "talk" }],
  [{ KONG_DB_NAME: "gate" }, "kong", { KONG_PG_DATABASE: "gate" }],
  [{ KONG_DB_USER: "keeper" }, "kong-migrations", { KONG_PG_USER: "keeper" }],
  [{ KONG_DB_USER: "keeper" }, "kong-database", { POSTGRES_USER: "keeper" }],
  [
    { KONG_DB_PASSWORD: "s3cret" },
    "kong-database",
    { POSTGRES_PASSWORD: chosen("kong-database-password", "s3cret") },
  ],
  [
    { NASIKO_ALLOWED_HOSTS: "nasiko.example" },
    "nasiko-web",
    { NASIKO_ALLOWED_HOSTS: "127.0.0.1,localhost,nasiko.example,nasiko-web" },
  ],
  [
    { NASIKO_ALLOWED_HOSTS: "nasiko.example" },
    "kong-service-registry",
    { GATEWAY_HOSTS: "127.0.0.1,localhost,nasiko.example,kong" },
  ],
  [
    { NASIKO_CORS_ORIGINS: "https://ui.example", NASIKO_PORT_OFFSET: "100" },
    "kong-service-registry",
    {
      GATEWAY_CORS_ORIGINS: [
        ...["http://127.0.0.1:9200", "http://127.0.0.1:4100"],
        ...["http://localhost:9200", "http://localhost:4100", "https://ui.example"],
      ].join(","),
    },
  ],
  [{ REGISTRY_INTERVAL: "10" }, "kong-service-registry", { REGISTRY_INTERVAL: "10" }],
  [
    { AGENT_REGISTRY_URL: "images.example:5000" },
    "nasiko-worker",
    { AGENT_REGISTRY_URL: "images.example:5000", AGENT_REGISTRY_PUSH: "images.example:5000" },
  ],
  [
    { AGENT_REGISTRY_URL: "images.example:5000" },
    "docker-proxy-build",
    { NASIKO_PUSH_REGISTRY: "images.example:5000" },
  ],
  [{ AGENT_MEMORY_MB: "512" }, "nasiko-worker", { AGENT_MEMORY_MB: "512" }],
  [{ AGENT_CPUS: "0.5" }, "nasiko-worker", { AGENT_CPUS: "0.5" }],
  [{ NASIKO_AGENT_IMAGE_MB: "500" }, "nasiko-worker", { WORKER_IMAGE_MB: "500" }],
  [{ NASIKO_BUILD_TIMEOUT: "5m" }, "nasiko-worker", { WORKER_BUILD_SECONDS: "300" }],
  [{ NASIKO_BUILD_TIMEOUT: "5m" }, "docker-proxy-build", { NASIKO_BUILD_SECONDS: "360" }],
  ...["nasiko-worker", "docker-proxy-build", "nasiko-backend"].map(
    (service) =>
      [
        { NASIKO_AGENT_BASES: "node, acme.example/*" },
        service,
        { NASIKO_AGENT_BASES: "node,acme.example/*" },
      ] as const,
  ),
  [{ NASIKO_UPLOAD_AGENTS: "3" }, "nasiko-backend", { UPLOAD_AGENTS_PER_USER: "3" }],
  [{ NASIKO_UPLOAD_VERSIONS: "3" }, "nasiko-backend", { UPLOAD_VERSIONS_KEPT: "3" }],
  [{ NASIKO_UPLOAD_MB: "3" }, "nasiko-backend", { UPLOAD_MB_PER_USER: "3" }],
  [
    { LANGTRACE_ENABLED: "true", LANGTRACE_API_KEY: "hush", LANGTRACE_API_HOST: "https://traces.example" },
    "nasiko-worker",
    {
      LANGTRACE_ENABLED: "true",
      LANGTRACE_API_KEY: sensitive("hush"),
      LANGTRACE_API_HOST: "https://traces.example",
    },
  ],
  [{ TRACING_ENABLED: "true" }, "nasiko-worker", { OTEL_EXPORTER_OTLP_ENDPOINT: COLLECTOR.url }],
  [{ NASIKO_TRACE_CONTENT: "true" }, "nasiko-router", { NASIKO_TRACE_CONTENT: "true" }],
  [
    { NASIKO_TRACE_CONTENT: "true" },
    "nasiko-worker",
    { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true", OPENINFERENCE_HIDE_INPUTS: "false" },
  ],
  [{ NASIKO_TRACE_RETENTION: "7" }, "phoenix", { PHOENIX_DEFAULT_RETENTION_POLICY_DAYS: "7" }],
  [
    { NASIKO_TRACE_STORAGE: "512MB" },
    "phoenix",
    { PHOENIX_DATABASE_ALLOCATED_STORAGE_CAPACITY_GIBIBYTES: "0.5" },
  ],
  [{ MAX_FILE_SIZE: "2048" }, "nasiko-router", { MAX_FILE_SIZE: "2048" }],
  [{ REQUEST_TIMEOUT: "5" }, "nasiko-router", { REQUEST_TIMEOUT: "5" }],
  [{ MAX_CONCURRENT_REQUESTS: "3" }, "nasiko-router", { MAX_CONCURRENT_REQUESTS: "3" }],
  [{ GENERIC_TIMEZONE: "Europe/Berlin" }, "n8n", { GENERIC_TIMEZONE: "Europe/Berlin" }],
  [{ NASIKO_AGENT_KEYS_FOR: "a, b" }, "nasiko-worker", { NASIKO_AGENT_KEYS_FOR: "a,b" }],
  [{ OPENAI_API_KEY: "hush" }, "nasiko-router", { OPENAI_API_KEY: sensitive("hush") }],
  [{ OPENAI_API_KEY: "hush" }, "nasiko-worker", { OPENAI_API_KEY: sensitive("hush") }],
  [{ OPENROUTER_API_KEY: "hush" }, "nasiko-router", { OPENROUTER_API_KEY: sensitive("hush") }],
  [{ MINIMAX_API_KEY: "hush" }, "nasiko-worker", { MINIMAX_API_KEY: sensitive("hush") }],
  [{ MINIMAX_BASE_URL: "https://m.example" }, "nasiko-router", { MINIMAX_BASE_URL: "https://m.example" }],
  [{ JINA_API_KEY: "hush" }, "nasiko-router", { JINA_API_KEY: sensitive("hush") }],
  [{ ROUTER_LLM_PROVIDER: "ollama" }, "nasiko-router", { ROUTER_LLM_PROVIDER: "ollama" }],
  [{ ROUTER_LLM_MODEL: "m" }, "nasiko-router", { ROUTER_LLM_MODEL: "m" }],
  [{ EMBEDDING_PROVIDER: "jina" }, "nasiko-router", { EMBEDDING_PROVIDER: "jina" }],
  [{ EMBEDDING_MODEL: "e" }, "nasiko-router", { EMBEDDING_MODEL: "e" }],
  [{ NASIKO_OLLAMA_MODELS: "a,b" }, "ollama-model-init", { NASIKO_OLLAMA_MODELS: "a,b" }],
];

/** What is set besides others, so that the blueprint is another one. */
const PLANNED: readonly (readonly [
  Readonly<Record<string, string>>,
  (Readonly<Record<string, string>> | undefined)?,
])[] = [
  [{ AUTH_MODE: "enterprise" }],
  [{ JWT_SECRET: "9Vb2kQ7xLm4TzR8wYp3NcD6f" }, { AUTH_MODE: "enterprise" }],
  [{ NASIKO_TOKEN_LIFETIME: "1h" }, { AUTH_MODE: "enterprise" }],
  [{ NASIKO_RUNNING: "false" }],
  [{ DOCKER_NETWORK: "acme" }],
  [{ NASIKO_DOCKER_SOCKET: "/run/engine.sock" }],
  [{ NASIKO_HEALTH_INTERVAL: "50s" }],
  [{ NASIKO_VOLUMES: "none" }, { NASIKO_SERVICES: "redis" }],
  [{ NASIKO_ENGINE_HOST: "192.0.2.1" }],
  [{ NASIKO_PORT_OFFSET: "100" }],
  [{ NASIKO_AGENTS: "{}" }],
  [{ NASIKO_AGENT_ROLLOUT: "recreate" }],
  [{ NASIKO_AGENT_TIMEOUT: "90s" }],
  [{ NASIKO_SERVICES: "redis" }],
  [{ NASIKO_PROFILES: "core" }],
  [{ NASIKO_WITHOUT: "n8n" }],
  [{ NASIKO_OPTIONAL_SERVICES: "konga" }],
  [{ TRACING_ENABLED: "false" }],
  [{ NASIKO_METRICS_RETENTION: "7d" }],
  [{ NASIKO_METRICS_SIZE: "500MB" }],
  [{ NASIKO_IMAGES: "build" }, { NASIKO_REGISTRY_URL: "images.example/acme" }],
  [{ NASIKO_REGISTRY_URL: "images.example/acme" }],
  [{ NASIKO_VERSION: "v2" }, { NASIKO_REGISTRY_URL: "images.example/acme" }],
  [{ NASIKO_PUBLIC_IMAGES: "registry" }],
  [{ NASIKO_GATEWAY_TLS: "true" }],
  [{ NASIKO_GATEWAY_HTTP: "false" }, { NASIKO_GATEWAY_TLS: "true" }],
];

/** Settings that decide nothing about what is planned, with the file that reads them. */
const READ: Readonly<Record<string, string>> = {
  home: "cli/stack/home/home.ts",
  configFile: "platform/settings/load.ts",
  caCerts: "cli/stack/blueprint/prepare-images.ts",
  strictness: "platform/settings/strictness.ts",
  agentSecrets: "platform/blueprint/plan-agents.ts",
  agentEnv: "platform/blueprint/plan-agents.ts",
  trustedAgentFolders: "platform/blueprint/agent-folder.ts",
  agentVersions: "cli/features/agents/roll-out.ts",
  contextLimit: "platform/blueprint/images.ts",
  dockerApi: "components/docker/platform.ts",
  protectData: "components/docker/platform.ts",
  agentInstrumentation: "platform/services/telemetry-env.ts",
  agentInstrumentationOff: "platform/services/telemetry-env.ts",
  tlsCertificate: "platform/services/gateway-tls.ts",
  tlsKey: "platform/services/gateway-tls.ts",
};

describe("every setting", () => {
  test.each(PLANNED)("%j changes what is planned, given %j", (values, given = {}) => {
    expect(blueprintWith({ ...given, ...values })).not.toBe(blueprintWith(given));
  });

  test.each(Object.entries(READ))("%s is read by %s", (name, file) => {
    const { env } = SETTINGS[name as SettingName];
    const reads = new RegExp(
      `\\b(?:settings\\.${name}|SETTINGS\\.${name}\\.env|${env})\\b|[{,]\\s*${name}\\s*[,}]`,
      "i",
    );
    expect(readFileSync(join(ROOT, file), "utf8")).toMatch(reads);
  });

  test.each(Object.entries(PORT_SETTINGS))("%s publishes one port", (name, { env }) => {
    const others = { AUTH_MODE: "enterprise", NASIKO_OPTIONAL_SERVICES: "konga" };
    const ports = servicesWith({ ...others, [env]: "12345" }).flatMap(({ ports: all = [] }) => all);
    expect(ports.filter(({ host }) => host === 12_345).map(({ setting }) => setting)).toEqual([env]);
    expect(name).toMatch(/^port[A-Z]/);
  });

  test("is one of these, or reaches a service's environment", () => {
    const proven = new Set([
      ...[...REACH, ...PLANNED].flatMap(([values]) => Object.keys(values)),
      ...Object.keys(READ).map((name) => SETTINGS[name as SettingName].env),
      ...Object.values(PORT_SETTINGS).map(({ env }) => env),
    ]);
    expect(Object.values(SETTINGS).filter(({ env }) => !proven.has(env))).toEqual([]);
  });
});

describe("a setting of the platform", () => {
  test.each(REACH)("%j reaches %s", (values, service, expected) => {
    const found = envOf(servicesWith(values), service);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, found[name]]))).toEqual(expected);
  });

  test("is in that table, whichever it is", () => {
    const covered = new Set(REACH.flatMap(([values]) => Object.keys(values)));
    const all = Object.values({ ...PLATFORM_SETTINGS, ...MODEL_SETTINGS }).map(({ env }) => env);
    expect(all.filter((env) => !covered.has(env))).toEqual([]);
  });

  test("without a value leaves no empty variable behind", () => {
    const empty = servicesWith({}).flatMap(({ name, env = {} }) =>
      Object.entries(env).flatMap(([variable, value]) => (value === "" ? [`${name} ${variable}`] : [])),
    );
    // The job reads an empty list as "nothing to pull".
    expect(empty).toEqual(["ollama-model-init NASIKO_OLLAMA_MODELS"]);
  });
});

test("what a fixed variable always is, is what services are told", () => {
  const told = servicesWith({ AUTH_MODE: "enterprise" }).flatMap(({ env = {} }) => Object.entries(env));
  for (const [name, { value }] of Object.entries(FIXED_VARIABLES)) {
    const values = told.flatMap(([variable, text]) => (variable === name ? [text] : []));
    if (value !== undefined) expect(new Set([value, ...values]), name).toEqual(new Set([value]));
  }
});

describe("uploaded agents", () => {
  test("are not told of the collector when nobody wants traces", () => {
    const endpoint = (values: Readonly<Record<string, string>>): EnvValue | undefined =>
      envOf(servicesWith(values), "nasiko-worker")["OTEL_EXPORTER_OTLP_ENDPOINT"];
    expect(endpoint({})).toBe("http://otel-collector:4318");
    expect(endpoint({ TRACING_ENABLED: "false" })).toBeUndefined();
  });

  test("hear of a Langtrace only when it is switched on", () => {
    const env = envOf(servicesWith({ LANGTRACE_API_KEY: "hush" }), "nasiko-worker");
    expect(Object.keys(env).filter((name) => name.startsWith("LANGTRACE"))).toEqual([]);
  });
});
