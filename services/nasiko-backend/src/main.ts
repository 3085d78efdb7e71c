import { prepareAgents } from "./agents.ts";
import { openDatabase } from "../../lib/database.ts";
import { createDiscovery } from "./discovery.ts";
import { enterpriseIdentity } from "./enterprise-identity.ts";
import { simpleIdentity } from "./identity.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { openQueue } from "./queue.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createServer } from "./server.ts";
import { restoreAgents } from "./restore.ts";
import { readSettings } from "./settings.ts";
import { openStore } from "./store.ts";
import { prepareUploads } from "./uploads.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const store = openStore(settings.agentsRoot);
await store.prepare();
const database = openDatabase({
  url: settings.mongoUrl,
  name: settings.database,
  appName: "nasiko-backend",
  prepare: async (db) => {
    await prepareAgents(db);
    await prepareUploads(db);
  },
  log: jsonLog,
});
const queue = openQueue(settings.redisUrl, settings.ownUrl, jsonLog);
const { authUrl, serviceToken } = settings;
const identity =
  authUrl === undefined
    ? simpleIdentity(serviceToken)
    : enterpriseIdentity({ authUrl, serviceToken, log: jsonLog });
const server = createServer(
  {
    db: database.db,
    databaseAnswers: database.answers,
    queue,
    store,
    identity,
    discover: createDiscovery({ ...settings, db: database.db, log: jsonLog }),
    chatUrl: settings.chatUrl,
    agentsRoot: settings.agentsRoot,
    bases: settings.bases,
    quota: settings.quota,
    log: jsonLog,
  },
  readAllowedHosts(process.env),
);

const serving = new AbortController();
await serveTraced(server, {
  host: settings.host,
  port: settings.port,
  fields: { mode: identity.mode },
  close: async () => {
    serving.abort();
    await server.close();
    queue.close();
    await database.close();
  },
});
void restoreAgents({ ...settings, db: database.db, queue, log: jsonLog }, serving.signal);
