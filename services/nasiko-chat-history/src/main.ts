import { openDatabase } from "../../lib/database.ts";
import { prepareHistory } from "./history.ts";
import { authenticator } from "./identity.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const settings = readSettings(process.env);
const database = openDatabase({
  url: settings.mongoUrl,
  name: settings.database,
  appName: "nasiko-chat-history",
  prepare: prepareHistory,
  log: jsonLog,
});
const server = createServer({
  database,
  authenticate: authenticator(settings.authUrl, settings.serviceToken),
  log: jsonLog,
  allowedHosts: readAllowedHosts(process.env),
});

await server.listen({ host: settings.host, port: settings.port });
const address = server.server.address();
jsonLog("info", "listening", {
  host: settings.host,
  port: typeof address === "object" && address !== null ? address.port : settings.port,
  mode: settings.authUrl === undefined ? "simple" : "enterprise",
});

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  jsonLog("info", "stopping", { signal });
  await server.close();
  await database.close();
};
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
