import { prepareAgents } from "./agents.ts";
import { openDatabase } from "../../lib/database.ts";
import { createDiscovery } from "./discovery.ts";
import { enterpriseIdentity } from "./enterprise-identity.ts";
import { simpleIdentity } from "./identity.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { openQueue } from "./queue.ts";
import { createServer } from "./server.ts";
import { restoreAgents } from "./restore.ts";
import { readSettings } from "./settings.ts";
import { openStore } from "./store.ts";
import { prepareUploads } from "./uploads.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

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

await server.listen({ host: settings.host, port: settings.port });
const address = server.server.address();
jsonLog("info", "listening", {
  host: settings.host,
  port: typeof address === "object" && address !== null ? address.port : settings.port,
  mode: identity.mode,
});

const serving = new AbortController();
void restoreAgents({ ...settings, db: database.db, queue, log: jsonLog }, serving.signal);

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  jsonLog("info", "stopping", { signal });
  serving.abort();
  await server.close();
  queue.close();
  await database.close();
};
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
