import { z } from "zod";
import { jsonLog } from "../../lib/log.ts";

/** Milliseconds that a login may take. */
const PATIENCE = 30_000;

const settings = z
  .object({
    AUTH_SERVICE_URL: z.url(),
    SUPERUSER_ACCESS_KEY: z.string().min(1),
    SUPERUSER_ACCESS_SECRET: z.string().min(1),
    NASIKO_SERVICE_TOKEN: z.string().min(1),
    /** Names of the stack's agents, with commas between. */
    STACK_AGENTS: z
      .string()
      .default("")
      .transform((names) => names.split(",").filter((name) => name !== "")),
  })
  .parse(process.env);

const response = await fetch(`${settings.AUTH_SERVICE_URL}/auth/users/login`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    access_key: settings.SUPERUSER_ACCESS_KEY,
    access_secret: settings.SUPERUSER_ACCESS_SECRET,
  }),
  signal: AbortSignal.timeout(PATIENCE),
});
const answer = z
  .object({ is_super_user: z.boolean(), username: z.string() })
  .safeParse(await response.json()).data;
const usable = response.status === 200 && answer?.is_super_user === true;
jsonLog(usable ? "info" : "error", usable ? "the super user can log in" : "the super user cannot log in", {
  status: response.status,
  username: answer?.username,
});

const reserved = await fetch(`${settings.AUTH_SERVICE_URL}/auth/stack/agents`, {
  method: "PUT",
  headers: {
    "content-type": "application/json",
    authorization: `Bearer ${settings.NASIKO_SERVICE_TOKEN}`,
  },
  body: JSON.stringify({ agent_names: settings.STACK_AGENTS }),
  signal: AbortSignal.timeout(PATIENCE),
});
jsonLog(reserved.ok ? "info" : "error", "names of the stack's agents", {
  status: reserved.status,
  answer: (await reserved.text()).slice(0, 500),
});
process.exitCode = usable && reserved.ok ? 0 : 1;
