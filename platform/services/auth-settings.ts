import type { Settings } from "../settings/settings.ts";
import { derived, secret, text, type EnvValue, type SecretRef, type Template } from "./env-value.ts";
import { GATEWAY } from "./kong.ts";

/** What mode `enterprise` is made of; none of it is there in mode `simple`. */

export const AUTH_SERVICE = "nasiko-auth-service";
export const AUTH_SERVICE_PORT = 8001;
export const AUTH_SERVICE_URL = `http://${AUTH_SERVICE}:${AUTH_SERVICE_PORT}`;

/** The first super user's credentials: generated with the stack, so its output is right after every `up`. */
export const SUPERUSER_KEY: Template = text`NASK_${secret("superuser-access-key")}`;
export const SUPERUSER_SECRET: SecretRef = secret("superuser-access-secret");

/** From it each agent's own secret is derived, by the program for its agents and by the auth service for others. */
export const AGENTS_ACCESS_SECRET: SecretRef = secret("agents-access-secret");

/** Where an agent gets its token: at the gateway, the one thing that it can reach. */
const AGENT_AUTH_URL = `${GATEWAY.url}/auth`;

export const isEnterprise = ({ authMode }: Pick<Settings, "authMode">): boolean => authMode === "enterprise";

/** What an agent proves itself with. */
export const agentCredentials = (
  settings: Pick<Settings, "authMode">,
  agent: string,
): Readonly<Record<string, EnvValue>> =>
  isEnterprise(settings)
    ? { AGENT_AUTH_URL, AGENT_ACCESS_SECRET: derived(AGENTS_ACCESS_SECRET, `stack:${agent}`) }
    : {};

/** For the worker, which asks for the secret of each agent that it starts, and tells the agent where to show it. */
export const uploadedAgentsCredentials = (
  settings: Pick<Settings, "authMode">,
): Readonly<Record<string, EnvValue>> => (isEnterprise(settings) ? { AGENT_AUTH_URL, AUTH_SERVICE_URL } : {});

/** For services that have callers' tokens checked. */
export const authClientEnv = (settings: Settings): Readonly<Record<string, EnvValue>> => ({
  AUTH_MODE: settings.authMode,
  ...(isEnterprise(settings) ? { AUTH_SERVICE_URL } : {}),
});

/** In mode `enterprise` nothing that needs callers' identities starts without the auth service. */
export const needsAuth = (settings: Settings): Readonly<Record<string, "healthy">> =>
  isEnterprise(settings) ? { [AUTH_SERVICE]: "healthy" } : {};
