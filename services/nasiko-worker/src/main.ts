import { Redis } from "ioredis";
import { connectDocker } from "./docker.ts";
import { createFigures } from "./figures.ts";
import { endIfOnlyChecked } from "../../lib/image-check.ts";
import { jsonLog } from "../../lib/log.ts";
import { runLoop } from "./loop.ts";
import { createReporter } from "./report.ts";
import { readSettings } from "./settings.ts";
import { openStream } from "./stream.ts";
import { startTelemetry } from "../../lib/telemetry/telemetry.ts";
import { carryOut } from "./work.ts";

endIfOnlyChecked();

const settings = readSettings(process.env);
const stopping = new AbortController();
const telemetry = startTelemetry(process.env, jsonLog);
// Two connections: one of them waits for work most of the time, and answers nobody meanwhile.
const [waiting, talking] = [connectRedis(), connectRedis()];
const docker = connectDocker(settings.dockerUrl);
const reporter = createReporter(talking, settings.serviceToken, jsonLog);
const { consumer, retryAfter, agentsRoot, maxAttempts, heartbeatFile } = settings;
const stream = openStream({ redis: waiting, consumer, retryAfter });
const talkingStream = openStream({ redis: talking, consumer, retryAfter });

for (const signal of ["SIGTERM", "SIGINT"])
  process.on(signal, () => {
    jsonLog("info", "stopping", { signal });
    stopping.abort();
    waiting.disconnect();
    // Ends what is being built or waited for; the work stays on the stream for the next start.
    void docker.close();
  });

jsonLog("info", "working", { stack: settings.stack, consumer });
/** Milliseconds: a push, and waiting until the agent answers, come after the build. */
const AFTER_BUILD = 15 * 60_000;

await runLoop({
  stream: { ...talkingStream, next: stream.next },
  ...{ agentsRoot, maxAttempts, heartbeatFile },
  longestWork: settings.buildTimeout + AFTER_BUILD,
  carryOut: (command) => carryOut(command, { settings, docker, reporter, signal: stopping.signal }),
  report: reporter.progress,
  figures: createFigures(talkingStream.waiting),
  signal: stopping.signal,
  log: jsonLog,
});
talking.disconnect();
await telemetry.close();

function connectRedis(): Redis {
  const redis = new Redis(settings.redisUrl, {
    connectTimeout: 3000,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(3000, 200 * attempt),
  });
  // Every command that fails says so itself; without a listener the library would print this as well.
  redis.on("error", () => undefined);
  return redis;
}
