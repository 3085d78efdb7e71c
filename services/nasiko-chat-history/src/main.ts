import { openDatabase } from "../../lib/database.ts";
import { prepareHistory } from "./history.ts";
import { authenticator } from "./identity.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

endIfOnlyChecked();

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

await serveTraced(server, {
  host: settings.host,
  port: settings.port,
  fields: { mode: settings.authUrl === undefined ? "simple" : "enterprise" },
  close: async () => {
    await server.close();
    await database.close();
  },
});
