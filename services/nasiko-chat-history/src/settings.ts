import { z } from "zod";
import {
  type Environment,
  authMode,
  httpUrl,
  listenHost,
  mongoUrl,
  port,
  readVariables,
} from "../../lib/settings.ts";

export interface Settings {
  readonly mongoUrl: string;
  readonly database: string;
  /** Undefined: mode `simple`, where any token is the one user's. */
  readonly authUrl: string | undefined;
  /** Token of the platform's own services; undefined: none is accepted. */
  readonly serviceToken: string | undefined;
  readonly host: string;
  readonly port: number;
}

const Variables = z.object({
  MONGO_URL: mongoUrl,
  CHAT_DB_NAME: z.string().min(1).default("nasiko"),
  AUTH_MODE: authMode,
  AUTH_SERVICE_URL: httpUrl.default("http://nasiko-auth-service:8001"),
  NASIKO_SERVICE_TOKEN: z.string().min(16).optional(),
  HOST: listenHost,
  PORT: port.default(8002),
});

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Environment): Settings {
  const data = readVariables(Variables, environment);
  return {
    mongoUrl: data.MONGO_URL,
    database: data.CHAT_DB_NAME,
    authUrl: data.AUTH_MODE === "simple" ? undefined : data.AUTH_SERVICE_URL,
    serviceToken: data.NASIKO_SERVICE_TOKEN,
    host: data.HOST,
    port: data.PORT,
  };
}
