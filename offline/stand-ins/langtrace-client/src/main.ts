import { readAllowedHosts } from "../../../../services/lib/known-hosts.ts";
import { createServer } from "./server.ts";
import { Sessions } from "./session.ts";
import { readSettings } from "./settings.ts";
import { ClickHouse } from "./store/clickhouse.ts";
import { Projects } from "./store/projects.ts";
import { Traces } from "./store/traces.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const settings = readSettings(process.env);
const projects = new Projects(settings.postgres, settings.secret, (error) =>
  app.log.warn(error, "lost a connection to PostgreSQL"),
);
const traces = new Traces(new ClickHouse(settings.clickHouse), settings.clickHouse.database);
const sessions = new Sessions(settings.secret, settings.admin);
const app = createServer({
  projects,
  traces,
  sessions,
  now: Date.now,
  allowedHosts: readAllowedHosts(process.env),
});
app.addHook("onClose", () => projects.close());

// Both databases were healthy before this started; if one went away meanwhile, ending is right: Docker starts us again.
await Promise.all([projects.prepare(), traces.prepare()]);
const url = await app.listen({ host: settings.host, port: settings.port });
app.log.info({ port: Number(new URL(url).port) }, "listening");

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void app.close());
