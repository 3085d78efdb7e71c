import { createTalk } from "./a2a/talk.ts";
import { createAnswer } from "./answer.ts";
import { createDirectory } from "./cards/directory.ts";
import { createRecorder } from "./chat-history.ts";
import { embeddings } from "./choose/embeddings.ts";
import { languageModel } from "./choose/language-model.ts";
import { createHealth } from "./health.ts";
import { createHttpClient } from "../../lib/http.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { readAllowedHosts } from "../../lib/known-hosts.ts";
import { jsonLog } from "../../lib/log.ts";
import { contentNotes } from "../../lib/telemetry/content.ts";
import { serveTraced } from "../../lib/telemetry/serve-traced.ts";
import { createMetrics } from "./metrics.ts";
import { createServer } from "./server.ts";
import { readSettings } from "./settings.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const { model, embedding, chatUrl } = settings;
const http = createHttpClient();
const metrics = createMetrics();
const directory = createDirectory({ http, ...settings });
const selectors = [
  ...(model === undefined ? [] : [languageModel(http, model)]),
  ...(embedding === undefined ? [] : [embeddings(http, embedding)]),
];
const answer = createAnswer({
  directory,
  selectors,
  talk: createTalk(http, settings.gatewayUrl),
  record: chatUrl === undefined ? undefined : createRecorder(http, chatUrl),
  metrics,
  log: jsonLog,
});
const server = createServer({
  answer,
  directory,
  health: createHealth(http, settings),
  metrics,
  log: jsonLog,
  content: contentNotes(process.env),
  concurrency: settings.concurrency,
  requestTimeout: settings.requestTimeout,
  largestRequest: settings.largestRequest,
  allowedHosts: readAllowedHosts(process.env),
});

await serveTraced(server, {
  host: settings.host,
  port: settings.port,
  fields: { chooses: ["text", ...selectors.map(({ name }) => name)].join(", then ") },
  close: async () => {
    await server.close();
    await http.close();
  },
});
