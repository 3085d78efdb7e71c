import { z } from "zod";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Without slashes at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .transform((text) => text.replace(/(?<!\/)\/+$/, ""));
export const mongoUrl = z.string().regex(/^mongodb(?:\+srv)?:\/\//, "must begin with mongodb://");
export const redisUrl = z.url({ protocol: /^rediss?$/, error: "must begin with redis:// or rediss://" });
/** Of a TCP server; 0 is any that is free. */
export const port = z.coerce.number().int().min(0).max(65535);
export const authMode = z.enum(["simple", "enterprise"]).default("simple");
/** Where a service listens: everywhere in its container. */
export const listenHost = z.string().default("0.0.0.0");

/** @throws Error that names every variable that is missing or wrong, and no value */
export function readVariables<Settings>(schema: z.ZodType<Settings>, environment: Environment): Settings {
  const { data, error } = schema.safeParse(environment);
  if (error === undefined) return data;
  throw new Error(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}
