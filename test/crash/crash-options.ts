import { join } from "node:path";
import { outlivesDown } from "../../cli/stack/state/deployment.ts";
import { destroy, type EngineOptions, type RunResult, up } from "../../engine/core/engine.ts";
import { OWNERSHIP } from "../../cli/engine-host/ownership.ts";
import { createDockerProvider } from "../../engine/providers/docker/docker-provider.ts";
import { createRandomProvider } from "../../engine/providers/random/random-provider.ts";

/** One run of the tiny stack. */
export interface CrashRun {
  readonly home: string;
  readonly stack: string;
  readonly verb: "up" | "down" | "destroy";
  readonly version: "1" | "2";
  /** The busybox image that everything is made of. */
  readonly base: string;
}

const PROJECT = "crash";
const ROOT = join(import.meta.dirname, "program");

export const checkpointOf = ({ home, stack }: CrashRun): string =>
  join(home, ".pulumi/stacks", PROJECT, `${stack}.json`);

/** Like the product's own commands. */
export function carryOut(run: CrashRun): Promise<RunResult> {
  const options = crashOptions(run);
  if (run.verb === "up") return up(options);
  return destroy(run.verb === "down" ? { ...options, excludes: outlivesDown } : options);
}

export function crashOptions({ home, stack, verb, version, base }: CrashRun): EngineOptions {
  return {
    project: { name: PROJECT, root: ROOT, main: "index.ts" },
    stack,
    home,
    passphrase: "correct horse",
    config: { "crash:version": version, "crash:base": base, "crash:running": String(verb === "up") },
    providers: [
      createDockerProvider({ root: ROOT, host: process.env["DOCKER_HOST"], ownership: OWNERSHIP }),
      createRandomProvider(),
    ],
    environment: {
      PATH: process.env["PATH"] ?? "",
      NODE_COMPILE_CACHE: join(import.meta.dirname, "../../node_modules/.cache/compile"),
    },
  };
}
