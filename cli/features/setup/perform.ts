import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Home } from "../../stack/home/home.ts";
import { runCommand } from "../../lib/run-command.ts";
import { setupFailed } from "./errors.ts";
import { answers, ENGINE_SOCKET } from "./machine.ts";
import { describeStep, type SetupStep } from "./plan.ts";

/** How long a fresh engine may take until it answers. */
const ENGINE_START_SECONDS = 60;

/**
 * Does one step of setup.
 * @throws NSK-SETUP-FAILED with the last lines of what failed.
 */
export async function performStep(step: SetupStep, home: Home): Promise<void> {
  switch (step.kind) {
    case "install":
      await apt(step, ["update", "-qq"]);
      await apt(step, [
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "ca-certificates",
        ...step.packages,
      ]);
      return;
    case "start-engine":
      await startEngine(step, home);
  }
}

async function apt(step: SetupStep, args: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const { exitCode, output } = await runCommand("apt-get", args, { env });
  if (exitCode !== 0) throw setupFailed({ step: describeStep(step), output: lastLines(output) });
}

/** The engine outlives this command; its process id is kept so that whoever started it here can stop it. */
async function startEngine(step: SetupStep, home: Home): Promise<void> {
  const logFile = join(home.logs, "dockerd.log");
  const log = openSync(logFile, "a", 0o600);
  const engine = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const failed = new AbortController();
  engine.on("exit", () => failed.abort()).on("error", () => failed.abort());
  for (let waited = 0; waited < ENGINE_START_SECONDS * 10 && !failed.signal.aborted; waited++) {
    if (await answers(ENGINE_SOCKET)) {
      writeFileSync(join(home.folder, "dockerd.pid"), `${engine.pid ?? ""}\n`);
      engine.unref();
      return;
    }
    await sleep(100);
  }
  throw setupFailed({ step: describeStep(step), output: lastLines(readFileSync(logFile, "utf8")) });
}

const lastLines = (text: string): string => text.trimEnd().split("\n").slice(-10).join("\n");
