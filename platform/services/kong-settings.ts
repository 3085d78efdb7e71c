import type { Settings } from "../settings/settings.ts";
import { type EnvValue, secret, type SecretRef } from "./env-value.ts";
import { publicImage } from "./service-spec.ts";

/** The last line of Kong that has an open-source image. */
export const KONG_IMAGE = publicImage("kong", "3.9.3");

/** Numeric user of the official image. */
export const KONG_USER = "1000:1000";

/** How Kong and its migrations reach their database. */
export const kongDatabaseEnv = (settings: Settings): Readonly<Record<string, EnvValue>> => ({
  KONG_DATABASE: "postgres",
  KONG_PG_HOST: "kong-database",
  KONG_PG_DATABASE: settings.kongDatabaseName,
  KONG_PG_USER: settings.kongDatabaseUser,
  KONG_PG_PASSWORD: kongDatabasePassword(settings),
});

export const kongDatabasePassword = (settings: Settings): SecretRef =>
  secret("kong-database-password", settings.kongDatabasePassword);

/** Kong writes its working files under a prefix; the rest of its root file system is read-only. */
export const KONG_SCRATCH: Readonly<Record<string, string>> = {
  "/usr/local/kong": "rw,nosuid,size=32m,mode=1777",
  "/tmp": "rw,noexec,nosuid,size=16m",
};
