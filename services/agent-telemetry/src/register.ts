/**
 * Loaded by Node.js before an agent's own program. Whatever goes wrong here, the agent runs as it would without; and
 * what is not wanted costs it no more than reading this file.
 */
import { createRequire } from "node:module";
import { isMainThread } from "node:worker_threads";
import type * as Tracing from "./tracing.ts";
import { say } from "./say.ts";
import { wantsTraces } from "./wants-traces.ts";

const { env, argv, versions } = process;

if (isMainThread && wantsTraces({ env, argv, version: versions.node })) {
  try {
    // At once: an import would come after the agent's own code. `require` knows no types: this is what the bundler
    // makes of the module.
    const { startTracing } = createRequire(__filename)("./tracing.cjs") as typeof Tracing;
    startTracing(env);
  } catch (error) {
    say(`no traces: ${error instanceof Error ? error.message : String(error)}`);
  }
}
