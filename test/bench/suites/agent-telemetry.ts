import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bundleImages } from "../../../services/bundle/bundle.ts";
import { startCollector } from "../../support/otlp-collector.ts";
import { inTurn, median } from "../measure.ts";
import type { Figure, Suite } from "../suite.ts";

const ROOT = join(import.meta.dirname, "../../..");
const ROUNDS = 9;
/** What telemetry may add to an agent: a goal for whoever waits for it, and for what it is allowed. */
const MOST = { milliseconds: 150, megabytes: 30 };

interface Program {
  readonly what: string;
  /** Relative to the root. */
  readonly file: string;
}

const PROGRAMS: readonly Program[] = [
  { what: "a sample agent", file: "agents/translator/src/main.ts" },
  { what: "an agent with three clients of models", file: "test/fixtures/telemetry/node/agent.cjs" },
];

/** Agents that start with and without what reports for them, in turn. */
async function* measure(): AsyncGenerator<Figure> {
  bundleImages(ROOT);
  const collector = await startCollector();
  try {
    for (const { what, file } of PROGRAMS) {
      const plain: number[] = [];
      const traced: number[] = [];
      const telemetry = {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        NODE_OPTIONS: `--require=${join(ROOT, "services/agent-telemetry/dist/register.cjs")}`,
      };
      const [without, with_] = await inTurn(ROUNDS, [
        async () => plain.push(await memoryOnceUp(file, {})),
        async () => traced.push(await memoryOnceUp(file, telemetry)),
      ]);
      yield { what: `${what} listens after`, value: without, unit: "ms" };
      yield { what: "telemetry adds", value: with_ - without, unit: "ms", atMost: MOST.milliseconds };
      yield { what: `${what} takes`, value: median(plain), unit: "MB" };
      yield {
        what: "telemetry adds",
        value: median(traced) - median(plain),
        unit: "MB",
        atMost: MOST.megabytes,
      };
    }
  } finally {
    await collector.close();
  }
}

/** Starts the agent, and ends it when it listens. @returns megabytes that it has in memory by then */
async function memoryOnceUp(file: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [join(ROOT, file)], {
    env: { PORT: "0", HOST: "127.0.0.1", MODELS_URL: "http://127.0.0.1:9", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    await firstOutput(child);
    const [, kilobytes = "0"] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid ?? ""}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

const firstOutput = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`it ended with ${code ?? "a signal"} before it listened`)));
  });

export default {
  summary: "what reports the traces of an agent on Node.js costs it: time to start, and memory",
  measure,
} satisfies Suite;
