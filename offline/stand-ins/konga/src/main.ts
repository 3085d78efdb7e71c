import { readAllowedHosts } from "../../../../services/lib/known-hosts.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const settings = readSettings(process.env);
const app = createServer(settings.kongAdminUrl, readAllowedHosts(process.env));
const url = await app.listen({ host: settings.host, port: settings.port });
app.log.info({ port: Number(new URL(url).port) }, "listening");

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void app.close());
