import { z } from "zod";

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

const Environment = z.object({
  MONGO_URL: z.string().regex(/^mongodb(?:\+srv)?:\/\//, "must begin with mongodb://"),
  CHAT_DB_NAME: z.string().min(1).default("nasiko"),
  AUTH_MODE: z.enum(["simple", "enterprise"]).default("simple"),
  AUTH_SERVICE_URL: z.url({ protocol: /^https?$/ }).default("http://nasiko-auth-service:8001"),
  NASIKO_SERVICE_TOKEN: z.string().min(16).optional(),
  HOST: z.string().default("0.0.0.0"),
  PORT: z.coerce.number().int().min(0).max(65535).default(8002),
});

/** @throws Error that names every variable that is missing or wrong */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(problems.join("; "));
  }
  const { data } = parsed;
  return {
    mongoUrl: data.MONGO_URL,
    database: data.CHAT_DB_NAME,
    authUrl: data.AUTH_MODE === "simple" ? undefined : data.AUTH_SERVICE_URL.replace(/(?<!\/)\/+$/, ""),
    serviceToken: data.NASIKO_SERVICE_TOKEN,
    host: data.HOST,
    port: data.PORT,
  };
}
