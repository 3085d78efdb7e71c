import { readAssets } from "./assets.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

const assets = readAssets();
endIfOnlyChecked();

const { gatewayUrl, host, port } = readSettings(process.env);
const server = createServer({
  assets,
  gatewayUrl,
  log: jsonLog,
  allowedHosts: readAllowedHosts(process.env),
});

await serveTraced(server, {
  host,
  port,
  fields: { gateway: gatewayUrl },
  begins: true,
  close: () => server.close(),
});
