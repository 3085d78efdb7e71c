import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Diagnostic, EngineOptions, RunResult } from "../../../../../engine/core/engine.ts";
import { destroy, preview, up } from "../../../../../engine/core/engine.ts";
import type { World } from "./fake-world.ts";
import { createWorld, fakeProviders } from "./fake-world.ts";

export const PASSPHRASE = "correct horse";

/** Settings of one run of a fixture. */
interface RunSettings extends Partial<Omit<EngineOptions, "config">> {
  /** Values of the `test` namespace. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A stack of its own in a temporary folder that is gone after the test. */
export interface TestStack {
  readonly world: World;
  readonly home: string;
  readonly checkpoint: string;
  readonly options: (settings?: RunSettings) => EngineOptions;
  readonly up: (settings?: RunSettings) => Promise<RunResult>;
  readonly preview: (settings?: RunSettings) => Promise<RunResult>;
  readonly destroy: (settings?: RunSettings) => Promise<RunResult>;
  /** The checkpoint file's resources as they are on disk. */
  readonly resources: () => Promise<readonly StoredResource[]>;
}

/** What the tests look at of a stored resource. */
export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly initErrors?: readonly string[];
  readonly delete?: boolean;
  readonly pendingReplacement?: boolean;
  readonly taint?: boolean;
  readonly provider?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly customTimeouts?: Readonly<Record<string, number>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

const PROJECT = "test";
const STACK = "local";

export async function createTestStack(fixture = "platform"): Promise<TestStack> {
  const home = await mkdtemp(join(tmpdir(), "nasiko-engine-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const world = createWorld();
  const checkpoint = join(home, ".pulumi", "stacks", PROJECT, `${STACK}.json`);
  const options = ({ config = {}, ...settings }: RunSettings = {}): EngineOptions => ({
    project: {
      name: PROJECT,
      root: join(import.meta.dirname, "..", "fixtures", fixture),
      main: "index.ts",
    },
    stack: STACK,
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        `test:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    home,
    passphrase: PASSPHRASE,
    providers: fakeProviders(world),
    environment: { PATH: process.env["PATH"] ?? "" },
    ...settings,
  });
  return {
    world,
    home,
    checkpoint,
    options,
    up: (settings) => up(options(settings)),
    preview: (settings) => preview(options(settings)),
    destroy: (settings) => destroy(options(settings)),
    resources: async () => {
      const file = JSON.parse(await readFile(checkpoint, "utf8")) as {
        checkpoint: { latest: { resources?: readonly StoredResource[] } };
      };
      return file.checkpoint.latest.resources ?? [];
    },
  };
}

/** Steps that changed something, e.g. ["create network", "replace web"]; sorted, since they run side by side. */
export function changes({ steps }: RunResult): readonly string[] {
  return steps
    .filter(({ operation }) => operation !== "same")
    .map(({ operation, name, error }) => `${operation} ${name}${error === undefined ? "" : " failed"}`)
    .sort();
}

/** Messages of errors, in order. */
export function errorsOf({ diagnostics }: RunResult): readonly string[] {
  const isError = ({ severity }: Diagnostic): boolean => severity === "error";
  return diagnostics.filter(isError).map(({ message }) => message);
}
