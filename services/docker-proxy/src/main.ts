import { connectEngine } from "./engine.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { jsonLog } from "../../lib/log.ts";
import { createMetricsServer } from "./metrics/metrics-server.ts";
import { serve } from "../../lib/serve.ts";
import { createProxy } from "./server.ts";
import { readSettings } from "./settings.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const engine = connectEngine(settings.socket);
const proxy = createProxy({
  stack: settings.stack,
  engine,
  log: jsonLog,
  ...(settings.build === undefined ? {} : { build: settings.build }),
});

const { metricsPort } = settings;
const metrics =
  metricsPort === undefined
    ? undefined
    : createMetricsServer({ stack: settings.stack, engine, log: jsonLog });
// On every address of the container: this is what networks without the Docker API may have.
const shownAt = await metrics?.listen({ host: "0.0.0.0", port: metricsPort ?? 0 });
if (shownAt !== undefined) jsonLog("info", "figures of containers are shown", { url: `${shownAt}/metrics` });

await serve(proxy, {
  host: settings.host,
  port: settings.port,
  fields: { mode: settings.mode, stack: settings.stack },
  close: async () => {
    await engine.close();
    await metrics?.close();
    await proxy.close();
  },
});
