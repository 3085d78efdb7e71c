import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EngineOptions, RunResult } from "../../../../../engine/core/engine.ts";
import { destroy, preview, up } from "../../../../../engine/core/engine.ts";
import type { Provider } from "../../../../../engine/core/provider.ts";
import { OWNERSHIP } from "../../../../../cli/engine-host/ownership.ts";
import { createDockerProvider } from "../../../../../engine/providers/docker/docker-provider.ts";
import { createRandomProvider } from "../../../../../engine/providers/random/random-provider.ts";
import type { World } from "./world.ts";

const ROOT = join(import.meta.dirname, "..", "fixtures", "containers");

/** How one run differs from an ordinary one. */
export interface RunSettings extends Partial<Pick<EngineOptions, "onEvent" | "cancel">> {
  /** Engine to speak to, as DOCKER_HOST has it. @default the ordinary one */
  readonly host?: string;
  /** Stands between engine and provider. */
  readonly around?: (provider: Provider) => Provider;
  /** Folder that builds are relative to. @default the fixture's own */
  readonly root?: string;
}

const unchanged = (provider: Provider): Provider => provider;

/** A stack of real containers under the real engine, with a state of its own. */
export interface EngineStack {
  readonly home: string;
  up(world: World, settings?: RunSettings): Promise<RunResult>;
  preview(world: World, settings?: RunSettings): Promise<RunResult>;
  destroy(settings?: RunSettings): Promise<RunResult>;
  /** Text of the state file. */
  state(): Promise<string>;
  remove(): Promise<void>;
}

export async function createEngineStack(name: string): Promise<EngineStack> {
  const home = await mkdtemp(join(tmpdir(), "nasiko-plan-"));
  const options = (world: World | undefined, settings: RunSettings = {}): EngineOptions => {
    const { host, around = unchanged, root = ROOT, ...rest } = settings;
    return {
      project: { name: "test", root: ROOT, main: "index.ts" },
      stack: name,
      config: world === undefined ? {} : { "test:world": JSON.stringify(world) },
      home,
      passphrase: "correct horse",
      providers: [around(createDockerProvider({ root, host, ownership: OWNERSHIP })), createRandomProvider()],
      environment: { PATH: process.env["PATH"] ?? "" },
      ...rest,
    };
  };
  return {
    home,
    up: (world, settings) => up(options(world, settings)),
    preview: (world, settings) => preview(options(world, settings)),
    destroy: (settings) => destroy(options(undefined, settings)),
    state: () => readFile(join(home, ".pulumi", "stacks", "test", `${name}.json`), "utf8"),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/**
 * What a run did or would do to each resource, by logical name; without those that it leaves alone. A replacement
 * whose old resource goes at the end is "replace, delete".
 */
export function stepsOf({ steps }: RunResult): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  for (const { name, operation, error } of steps) {
    if (operation === "same") continue;
    const step = error === undefined ? operation : `${operation} failed`;
    const before = found.get(name);
    found.set(name, before === undefined ? step : `${before}, ${step}`);
  }
  return Object.fromEntries(found);
}

/** Codes of the errors of a run, or their text where they have none; each once. */
export function errorsOf({ diagnostics }: RunResult): readonly string[] {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return [...new Set(errors.map(({ problem, message }) => problem?.code ?? message))];
}
