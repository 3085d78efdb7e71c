import { connectEngine } from "./engine.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { jsonLog } from "../../lib/log.ts";
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

await serve(proxy, {
  host: settings.host,
  port: settings.port,
  fields: { mode: settings.mode, stack: settings.stack },
  close: async () => {
    await engine.close();
    await proxy.close();
  },
});
