import { createAccess } from "./access.ts";
import { createCardClient } from "./card-client.ts";
import { createDockerClient } from "./docker-client.ts";
import { createKongClient } from "./kong-client.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { createRegistry } from "./registry.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

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

await server.listen({ host: settings.host, port: settings.port });
const address = server.server.address();
jsonLog("info", "listening", {
  stack: settings.rules.stack,
  host: settings.host,
  port: typeof address === "object" && address !== null ? address.port : settings.port,
});
registry.start();

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  jsonLog("info", "stopping", { signal });
  registry.stop();
  await server.close();
  await Promise.all([docker.close(), kong.close(), cards.close()]);
};
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
