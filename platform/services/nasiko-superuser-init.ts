import { AUTH_SERVICE, AUTH_SERVICE_URL, SUPERUSER_KEY, SUPERUSER_SECRET } from "./auth-settings.ts";
import { defineService } from "./define-service.ts";
import { platformImage } from "./service-spec.ts";

/** The auth service makes the super user whenever it starts; without a proof that the credentials work, `up` fails. */
export const nasikoSuperuserInit = defineService(() => ({
  kind: "job",
  name: "nasiko-superuser-init",
  summary: "Proves that the super user of the stack's output can log in",
  layer: "gateway",
  modes: ["enterprise"],
  image: platformImage("nasiko-auth-service"),
  command: ["node", "superuser-init.mjs"],
  networks: ["app"],
  env: {
    AUTH_SERVICE_URL,
    SUPERUSER_ACCESS_KEY: SUPERUSER_KEY,
    SUPERUSER_ACCESS_SECRET: SUPERUSER_SECRET,
  },
  dependsOn: { [AUTH_SERVICE]: "healthy" },
  tmpfs: { "/tmp": "rw,noexec,nosuid,size=8m" },
  memory: "128MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "10s" },
}));
