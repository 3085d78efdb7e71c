import { listAgents, prepareAgents } from "./accounts/agents.ts";
import { prepareAudit, recordRefusal } from "./accounts/audit.ts";
import { createRefusals } from "./accounts/refusals.ts";
import { listUsers, prepareUsers, userPrincipal } from "./accounts/users.ts";
import { openDatabase } from "../../lib/database.ts";
import { consumersOf } from "./gateway/consumers.ts";
import { createKong } from "./gateway/kong.ts";
import { createGatewaySync, noGateway } from "./gateway/sync.ts";
import { causeOf } from "../../lib/cause.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { openMemory } from "./memory.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";
import { ensureSuperuser } from "./superuser.ts";
import { createTokens } from "./tokens.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const tokens = createTokens(settings.jwtSecret, settings.tokenLifetime);
const memory = openMemory(settings.redisUrl, jsonLog);
const database = openDatabase({
  url: settings.mongoUrl,
  name: settings.database,
  appName: "nasiko-auth-service",
  prepare: async (db) => {
    await Promise.all([prepareUsers(db), prepareAgents(db), prepareAudit(db)]);
    await memory.replace(userPrincipal(await ensureSuperuser(db, settings.superuser)));
  },
  log: jsonLog,
});
const gateway =
  settings.kongAdminUrl === undefined
    ? noGateway
    : createGatewaySync({
        kong: createKong(settings.kongAdminUrl),
        wanted: async () => {
          const [users, agents] = await Promise.all([listUsers(database.db()), listAgents(database.db())]);
          return consumersOf(users, agents, (key) => tokens.secretOf(key));
        },
        interval: settings.syncInterval * 1000,
        log: jsonLog,
      });
const server = createServer(
  {
    db: database.db,
    databaseAnswers: database.answers,
    memory,
    tokens,
    gateway,
    settings,
    noteRefusal: createRefusals(async (entry) => {
      const { actor, action, target } = entry;
      jsonLog("warn", "refused", { actor, action, target });
      try {
        await recordRefusal(database.db(), entry);
      } catch (error) {
        jsonLog("warn", "the audit trail cannot be written", { error: causeOf(error) });
      }
    }),
    log: jsonLog,
  },
  readAllowedHosts(process.env),
);

await serveTraced(server, {
  host: settings.host,
  port: settings.port,
  fields: { mode: "enterprise" },
  close: async () => {
    gateway.stop();
    await server.close();
    memory.close();
    await database.close();
  },
});
gateway.start();
