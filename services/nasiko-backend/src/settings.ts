import { z } from "zod";
import { readBaseRules, type BaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import type { Quota } from "./quota.ts";
import {
  type Environment,
  authMode,
  httpUrl,
  listenHost,
  port,
  readVariables,
  redisUrl,
} from "../../lib/settings.ts";

export interface Settings {
  readonly mongoUrl: string;
  readonly database: string;
  readonly redisUrl: string;
  /** Undefined: mode `simple`, where any token is the one user's. */
  readonly authUrl: string | undefined;
  readonly serviceToken: string;
  /** Folder of the uploads. */
  readonly agentsRoot: string;
  /** What an upload may stand on. */
  readonly bases: BaseRules;
  readonly quota: Quota;
  /** The backend itself, as the worker reaches it. */
  readonly ownUrl: string;
  readonly gatewayUrl: string | undefined;
  /** The gateway, as people reach it. */
  readonly publicGatewayUrl: string | undefined;
  readonly serviceRegistryUrl: string | undefined;
  /** Opens what the service registry knows. */
  readonly registryToken: string;
  readonly chatUrl: string | undefined;
  readonly host: string;
  readonly port: number;
}

/** Where the auth service is, unless somebody says otherwise. */
const AUTH_SERVICE = "http://nasiko-auth-service:8001";

const Variables = z.object({
  MONGO_NASIKO_HOST: z.string().min(1).default("localhost"),
  MONGO_NASIKO_PORT: z.coerce.number().int().min(1).max(65535).default(27017),
  MONGO_NASIKO_USER: z.string().default(""),
  MONGO_NASIKO_PASSWORD: z.string().default(""),
  MONGO_NASIKO_DATABASE: z.string().min(1).default("nasiko"),
  MONGO_AUTH_SOURCE: z.string().min(1).default("admin"),
  REDIS_URL: redisUrl.default("redis://localhost:6379/0"),
  AUTH_MODE: authMode,
  AUTH_SERVICE_URL: httpUrl.optional(),
  NASIKO_SERVICE_TOKEN: z.string().min(16),
  AGENTS_ROOT: z.string().startsWith("/").default("/app/agents"),
  NASIKO_AGENT_BASES: z.string().optional(),
  AGENT_REGISTRY_PUSH: z.string().default(""),
  UPLOAD_AGENTS_PER_USER: z.coerce.number().int().min(1).max(10_000).default(20),
  UPLOAD_VERSIONS_KEPT: z.coerce.number().int().min(1).max(1000).default(10),
  UPLOAD_MB_PER_USER: z.coerce.number().int().min(1).max(1_000_000).default(2048),
  NASIKO_API_URL: httpUrl.optional(),
  GATEWAY_URL: httpUrl.optional(),
  PUBLIC_GATEWAY_URL: httpUrl.optional(),
  KONG_SERVICE_REGISTRY_URL: httpUrl.optional(),
  NASIKO_REGISTRY_TOKEN: z.string().default(""),
  CHAT_SERVICE_URL: httpUrl.optional(),
  HOST: listenHost,
  PORT: port.default(8000),
});

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const data = readVariables(Variables, environment);
  return {
    mongoUrl: mongoUrl(data),
    database: data.MONGO_NASIKO_DATABASE,
    redisUrl: data.REDIS_URL,
    authUrl: data.AUTH_MODE === "simple" ? undefined : (data.AUTH_SERVICE_URL ?? AUTH_SERVICE),
    serviceToken: data.NASIKO_SERVICE_TOKEN,
    agentsRoot: data.AGENTS_ROOT,
    bases: readBaseRules(data.NASIKO_AGENT_BASES, [data.AGENT_REGISTRY_PUSH]),
    quota: {
      agents: data.UPLOAD_AGENTS_PER_USER,
      versions: data.UPLOAD_VERSIONS_KEPT,
      bytes: data.UPLOAD_MB_PER_USER * 1024 * 1024,
    },
    ownUrl: data.NASIKO_API_URL ?? "http://nasiko-backend:8000",
    gatewayUrl: data.GATEWAY_URL,
    publicGatewayUrl: data.PUBLIC_GATEWAY_URL ?? data.GATEWAY_URL,
    serviceRegistryUrl: data.KONG_SERVICE_REGISTRY_URL,
    registryToken: data.NASIKO_REGISTRY_TOKEN,
    chatUrl: data.CHAT_SERVICE_URL,
    host: data.HOST,
    port: data.PORT,
  };
}

function mongoUrl(data: z.output<typeof Variables>): string {
  const url = new URL(`mongodb://${data.MONGO_NASIKO_HOST}:${data.MONGO_NASIKO_PORT}/`);
  if (data.MONGO_NASIKO_USER === "") return url.toString();
  url.username = encodeURIComponent(data.MONGO_NASIKO_USER);
  url.password = encodeURIComponent(data.MONGO_NASIKO_PASSWORD);
  url.searchParams.set("authSource", data.MONGO_AUTH_SOURCE);
  return url.toString();
}
