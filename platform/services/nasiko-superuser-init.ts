import { AUTH_SERVICE, AUTH_SERVICE_URL, SUPERUSER_KEY, SUPERUSER_SECRET } from "./auth-settings.ts";
import { defineService } from "./define-service.ts";
import { SERVICE_TOKEN } from "./platform-settings.ts";
import { platformImage } from "./service-spec.ts";

/**
 * The auth service makes the super user whenever it starts; without a proof that the credentials work, `up` fails. The
 * names of the stack's agents come with the job and not with a service: a new agent replaces nothing that serves.
 */
export const nasikoSuperuserInit = defineService(({ settings }) => ({
  kind: "job",
  name: "nasiko-superuser-init",
  summary:
    "Proves that the super user of the stack's output can log in, and reserves the names of the stack's agents",
  layer: "gateway",
  role: "controller",
  modes: ["enterprise"],
  image: platformImage("nasiko-auth-service"),
  command: ["node", "superuser-init.mjs"],
  networks: ["control"],
  env: {
    AUTH_SERVICE_URL,
    SUPERUSER_ACCESS_KEY: SUPERUSER_KEY,
    SUPERUSER_ACCESS_SECRET: SUPERUSER_SECRET,
    NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
    STACK_AGENTS: [...new Set(Object.keys(settings.agents).map((name) => name.toLowerCase()))]
      .toSorted()
      .join(","),
  },
  dependsOn: { [AUTH_SERVICE]: "healthy" },
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "128MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
