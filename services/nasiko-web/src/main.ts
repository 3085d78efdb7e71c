import { readAssets } from "./assets.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { openReporter } from "../../lib/telemetry/reported-spans.ts";
import { PAGE } from "./telemetry/page-spans.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

const assets = readAssets();
endIfOnlyChecked();

const { gatewayUrl, host, port } = readSettings(process.env);
const reporter = openReporter(process.env, PAGE, jsonLog);
const server = createServer({
  assets,
  gatewayUrl,
  log: jsonLog,
  allowedHosts: readAllowedHosts(process.env),
  reporter,
});

await serveTraced(server, {
  host,
  port,
  fields: { gateway: gatewayUrl },
  begins: true,
  close: async () => {
    await server.close();
    await reporter?.close();
  },
});
