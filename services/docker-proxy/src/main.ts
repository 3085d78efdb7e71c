import { connectEngine } from "./engine.ts";
import { jsonLog } from "../../lib/log.ts";
import { createProxy } from "./server.ts";
import { readSettings } from "./settings.ts";

// Asked for while the image is built: everything has been loaded by now, and that is what the compile cache keeps.
if (process.argv.includes("--check")) process.exit(0);

const settings = readSettings(process.env);
const engine = connectEngine(settings.socket);
const proxy = createProxy({
  stack: settings.stack,
  engine,
  log: jsonLog,
  ...(settings.build === undefined ? {} : { build: settings.build }),
});

await proxy.listen({ host: settings.host, port: settings.port });
const address = proxy.server.address();
jsonLog("info", "listening", {
  mode: settings.mode,
  stack: settings.stack,
  host: settings.host,
  port: typeof address === "object" && address !== null ? address.port : settings.port,
});

let stopping = false;
const stop = async (signal: string): Promise<void> => {
  if (stopping) return;
  stopping = true;
  jsonLog("info", "stopping", { signal });
  await engine.close();
  await proxy.close();
};
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void stop(signal));
