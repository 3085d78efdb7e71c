import { readAllowedHosts } from "../../../../services/lib/known-hosts.ts";
import { Models } from "./models.ts";
import { createServer } from "./server.ts";
import { readServerSettings } from "./settings.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const settings = readServerSettings(process.env);
const app = createServer(new Models(settings.models), readAllowedHosts(process.env));
const url = await app.listen({ host: settings.host, port: settings.port });
app.log.info({ port: Number(new URL(url).port), models: settings.models }, "listening");

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void app.close());
