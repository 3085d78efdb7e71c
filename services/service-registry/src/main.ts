import { createAccess } from "./access.ts";
import { createCardClient } from "./card-client.ts";
import { createDockerClient } from "./docker-client.ts";
import { createKongClient } from "./kong-client.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createRegistry } from "./registry.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const docker = createDockerClient(settings.dockerUrl);
const kong = createKongClient(settings.kongAdminUrl);
const cards = createCardClient(settings.rules.secret);
const registry = createRegistry({
  rules: settings.rules,
  proxies: settings.proxies,
  docker,
  kong,
  fetchCard: cards.fetchCard,
  log: jsonLog,
  interval: settings.interval * 1000,
});
const server = createServer({
  registry,
  access: createAccess({ ...settings, ...settings.rules }, () => registry.agentAddresses()),
  log: jsonLog,
  allowedHosts: readAllowedHosts(process.env),
});

await serveTraced(server, {
  host: settings.host,
  port: settings.port,
  fields: { stack: settings.rules.stack },
  close: async () => {
    registry.stop();
    await server.close();
    await Promise.all([docker.close(), kong.close(), cards.close()]);
  },
});
registry.start();
