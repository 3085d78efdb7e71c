import { z } from "zod";
import {
  type Environment,
  httpUrl,
  listenHost,
  mongoUrl,
  port,
  readVariables,
  redisUrl,
} from "../../lib/settings.ts";

export interface Settings {
  readonly mongoUrl: string;
  readonly database: string;
  readonly redisUrl: string;
  /** Every credential's signing secret is derived from it. */
  readonly jwtSecret: string;
  /** Seconds that a token is valid. */
  readonly tokenLifetime: number;
  readonly superuser: SuperuserSettings;
  /** Agents' own secrets are derived from it; undefined: no agent gets a token. */
  readonly agentsSecret: string | undefined;
  /** Token of the platform's own services; undefined: none is accepted. */
  readonly serviceToken: string | undefined;
  /** Kong's Admin API; undefined: there is no gateway to keep in step. */
  readonly kongAdminUrl: string | undefined;
  /** Seconds between two full comparisons with the gateway. */
  readonly syncInterval: number;
  readonly host: string;
  readonly port: number;
}

/** The super user that the stack's settings describe; the service makes and keeps it so. */
export interface SuperuserSettings {
  readonly username: string;
  readonly email: string;
  readonly accessKey: string;
  readonly accessSecret: string;
}

const Secret = z.string().min(20, "must have at least 20 characters");

const Variables = z.object({
  MONGO_URL: mongoUrl,
  AUTH_DB_NAME: z.string().min(1).default("nasiko"),
  REDIS_URL: redisUrl,
  JWT_SECRET: Secret,
  TOKEN_LIFETIME: z.coerce
    .number()
    .int()
    .min(1)
    .max(7 * 24 * 3600)
    .default(12 * 3600),
  SUPERUSER_USERNAME: z.string().min(1).default("admin"),
  SUPERUSER_EMAIL: z.string().min(1).default("admin@nasiko.localhost"),
  SUPERUSER_ACCESS_KEY: z.string().regex(/^NASK_\w{16,64}$/, "must be NASK_ and 16 letters or digits"),
  SUPERUSER_ACCESS_SECRET: Secret,
  AGENTS_ACCESS_SECRET: Secret.optional(),
  NASIKO_SERVICE_TOKEN: z.string().min(16).optional(),
  KONG_ADMIN_URL: httpUrl.optional(),
  SYNC_INTERVAL: z.coerce.number().int().min(1).max(3600).default(30),
  HOST: listenHost,
  PORT: port.default(8001),
});

/** @throws Error that names every variable that is missing or wrong, and no value */
export function readSettings(environment: Environment): Settings {
  const data = readVariables(Variables, environment);
  return {
    mongoUrl: data.MONGO_URL,
    database: data.AUTH_DB_NAME,
    redisUrl: data.REDIS_URL,
    jwtSecret: data.JWT_SECRET,
    tokenLifetime: data.TOKEN_LIFETIME,
    superuser: {
      username: data.SUPERUSER_USERNAME,
      email: data.SUPERUSER_EMAIL,
      accessKey: data.SUPERUSER_ACCESS_KEY,
      accessSecret: data.SUPERUSER_ACCESS_SECRET,
    },
    agentsSecret: data.AGENTS_ACCESS_SECRET,
    serviceToken: data.NASIKO_SERVICE_TOKEN,
    kongAdminUrl: data.KONG_ADMIN_URL,
    syncInterval: data.SYNC_INTERVAL,
    host: data.HOST,
    port: data.PORT,
  };
}
