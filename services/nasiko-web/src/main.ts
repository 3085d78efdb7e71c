import { readAssets } from "./assets.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

const assets = readAssets();
// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const { gatewayUrl, host, port } = readSettings(process.env);
const server = createServer({
  assets,
  gatewayUrl,
  log: jsonLog,
  allowedHosts: readAllowedHosts(process.env),
});

await server.listen({ host, port });
const address = server.server.address();
jsonLog("info", "listening", {
  host,
  port: typeof address === "object" && address !== null ? address.port : port,
  gateway: gatewayUrl,
});

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  jsonLog("info", "stopping", { signal });
  await server.close();
};
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
