import { z } from "zod";
import { jsonLog } from "../../lib/log.ts";

/** Milliseconds that a login may take. */
const PATIENCE = 30_000;

const settings = z
  .object({
    AUTH_SERVICE_URL: z.url(),
    SUPERUSER_ACCESS_KEY: z.string().min(1),
    SUPERUSER_ACCESS_SECRET: z.string().min(1),
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
process.exitCode = usable ? 0 : 1;
