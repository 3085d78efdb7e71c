import { z } from "zod";

import { defineSetting, type Setting } from "./define-setting.ts";
import { optionalText, type OptionalText } from "./optional-text.ts";
import { flag, httpUrl, identifier, urlSafe, wholeIn } from "./schemas.ts";

/** Time at which an account or a password of a database counts. */
const ON_CREATION = "counts when the database is created";

/** What the platform's own services are told, under the names of the platform's documents. */
export const PLATFORM_SETTINGS = {
  mongoRootUser: name("MONGO_ROOT_USER", "admin", `MongoDB's administrator; ${ON_CREATION}`),
  mongoRootPassword: password("MONGO_ROOT_PASSWORD", "MongoDB's administrator"),
  mongoDatabase: name("MONGO_NASIKO_DATABASE", "nasiko", "MongoDB database of agents and uploads"),
  mongoChatDatabase: name("MONGO_CHAT_DB", "nasiko", "MongoDB database of conversations"),
  kongDatabaseName: name("KONG_DB_NAME", "kong", `The gateway's PostgreSQL database; ${ON_CREATION}`),
  kongDatabaseUser: name("KONG_DB_USER", "kong", `Owner of the gateway's database; ${ON_CREATION}`),
  kongDatabasePassword: password("KONG_DB_PASSWORD", "the gateway's database"),
  registryInterval: defineSetting({
    env: "REGISTRY_INTERVAL",
    stackConfig: true,
    schema: wholeIn(1, 3600),
    default: "30",
    allowed: "1 to 3600",
    help: "Seconds between two full comparisons of routes and containers; changes are noticed at once anyway",
  }),
  agentRegistryUrl: defineSetting({
    env: "AGENT_REGISTRY_URL",
    stackConfig: true,
    schema: z
      .string()
      .regex(/^[a-zA-Z0-9.-]+(?::\d{1,5})?$/)
      .optional(),
    default: undefined,
    allowed: "host:port",
    help: "Registry that the worker pushes agents' images to, reachable for engine and worker (default: the platform's agent-registry)",
  }),
  langtraceEnabled: defineSetting({
    env: "LANGTRACE_ENABLED",
    stackConfig: true,
    schema: flag,
    default: "false",
    allowed: "true or false",
    help: "Whether uploaded agents are told to report to a Langtrace of your own, besides the collector",
  }),
  langtraceApiKey: {
    ...optionalText("LANGTRACE_API_KEY", "a key", "Key of that Langtrace"),
    secret: true as const,
  },
  langtraceApiHost: url("LANGTRACE_API_HOST", "Address of that Langtrace"),
  maxFileSize: limit(
    "MAX_FILE_SIZE",
    10_485_760,
    1024,
    104_857_600,
    "Bytes of a question to the router, files included",
  ),
  requestTimeout: limit("REQUEST_TIMEOUT", 60, 1, 300, "Seconds that the router waits for an agent"),
  maxConcurrentRequests: limit(
    "MAX_CONCURRENT_REQUESTS",
    10,
    1,
    1000,
    "Questions that the router takes at a time",
  ),
  timezone: defineSetting({
    env: "GENERIC_TIMEZONE",
    stackConfig: true,
    schema: z.string().regex(/^[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)*$/),
    default: "UTC",
    allowed: "a name of the time zone database, e.g. Europe/Berlin",
    help: "Time zone of n8n's schedules",
  }),
} as const;

/** An identifier in a database. */
function name(env: string, preset: string, help: string): Setting<string> {
  return defineSetting({
    env,
    stackConfig: true,
    schema: identifier,
    default: preset,
    allowed: "letters, digits, '_' and '-', a letter first",
    help,
  });
}

function password(env: string, owner: string): OptionalText {
  return defineSetting({
    env,
    stackConfig: true,
    schema: urlSafe.optional(),
    default: undefined,
    secret: true,
    generated: true,
    allowed: "letters, digits, '.', '_', '~' and '-', because it stands in URLs",
    help: `Password of ${owner}; ${ON_CREATION} (default: generated for the stack)`,
  });
}

function url(env: string, help: string): OptionalText {
  return { ...optionalText(env, "an http or https URL", help), schema: httpUrl.optional() };
}

function limit(env: string, preset: number, least: number, most: number, help: string): Setting<number> {
  return defineSetting({
    env,
    stackConfig: true,
    schema: wholeIn(least, most),
    default: String(preset),
    allowed: `${least} to ${most}`,
    help,
  });
}
