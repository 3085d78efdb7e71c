import { isAbsolute } from "node:path";

import { createDockerClient, type DockerClient } from "../../engine/providers/docker/client.ts";
import type { Places } from "../../platform/blueprint/agent-folder.ts";
import { INSTALLED, packageFolder } from "../../platform/package-folder.ts";
import type { ResolvedSettings } from "../../platform/settings/resolve.ts";
import { embeddedEngine, type Engine } from "../engine-host/embedded-engine.ts";
import { chosenHome } from "./home/chosen-home.ts";
import { type Home, locateHome, readPassphrase } from "./home/home.ts";
import type { Output } from "../render/output.ts";
import { processTerminal, type Terminal } from "../render/terminal.ts";
import { connectionTo, findEngine } from "../engine-host/find-engine.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly stack: string;
  readonly config?: string | undefined;
}

/** The outside world, as far as tests put a fake in its place. */
export interface Adapters {
  readonly docker: (environment: Readonly<Record<string, string | undefined>>) => DockerClient;
  readonly engine: Engine;
}

const SYSTEM: Adapters = {
  docker: (environment) => createDockerClient(connectionTo(findEngine(environment))),
  engine: embeddedEngine,
};

/** A stack's config, opened. */
export interface OpenConfig {
  /** Full keys, e.g. "nasiko:agents"; structured values as JSON text. */
  readonly values: Readonly<Record<string, string>>;
  /** Keys whose values are encrypted in the file. */
  readonly secretKeys: readonly string[];
}

/** What a handler works with: the outside world behind few, replaceable adapters. */
export interface CommandContext extends Required<Places> {
  /** Folder that the command was called in: paths on the command line are relative to it. */
  readonly cwd: string;
  readonly stack: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** For what is asked, read or passed through; results and progress go to `output`. */
  readonly terminal: Terminal;
  /** The Docker engine that the environment names. */
  readonly docker: DockerClient;
  readonly engine: Engine;
  /** First Ctrl-C: finish what runs, save, stop. */
  readonly cancel: AbortSignal;
  /** Second Ctrl-C: stop at once. */
  readonly terminate: AbortSignal;
  readonly home: Home;
  /** The stack's config file, and what was decided when the stack was created. */
  stackConfig(): Promise<OpenConfig>;
  /** The same, as if these variables were set in the environment: what the command line says goes before all else. */
  withEnvironment(variables: Readonly<Record<string, string | undefined>>): CommandContext;
  /** The same for another stack of this home; a config file that the command line named is not for it. */
  forStack(stack: string): CommandContext;
  /**
   * The stack's settings. Both arguments are stack config with full keys, e.g. "nasiko:running".
   * @param overrides go before what the stack's config says
   * @param fallbacks count where it says nothing
   */
  settings(
    overrides?: Readonly<Record<string, string>>,
    fallbacks?: Readonly<Record<string, string>>,
  ): Promise<ResolvedSettings>;
}

export interface ContextRequest {
  readonly options: GlobalOptions;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** @default that of this process */
  readonly terminal?: Terminal;
  readonly interruption: { readonly cancel: AbortSignal; readonly terminate: AbortSignal };
  /** @default the real ones */
  readonly adapters?: Adapters;
  /** What is shipped. @default the checkout or installed package that this file is in */
  readonly root?: string;
  /** Whether the files that decide about a stack are those of the folder that the command was called in.
   *  @default whether this is an installed package */
  readonly installed?: boolean;
}

/** What each has heard: contexts are made often, and say the same. */
const TOLD = new WeakMap<Output, Set<string>>();

function tellOnce(output: Output, line: string): void {
  const told = TOLD.get(output) ?? new Set();
  TOLD.set(output, told);
  if (told.has(line)) return;
  told.add(line);
  output.note(line);
}

export function createContext(request: ContextRequest): CommandContext {
  const { options, environment, output, interruption, adapters = SYSTEM } = request;
  const { root = packageFolder(), terminal = processTerminal, installed = INSTALLED } = request;
  // Whoever installed the package keeps config, env files and agents in a folder of their own, as with docker compose.
  const program = installed ? process.cwd() : root;
  const effective =
    options.config === undefined ? environment : { ...environment, NASIKO_CONFIG_FILE: options.config };
  const home = locateHome(chosenHome(effective, program), environment);
  const told = environment["NASIKO_HOME"] ?? "";
  if (told !== "" && !isAbsolute(told))
    tellOnce(
      output,
      `NASIKO_HOME=${told} is no absolute path and counts as unset: the home is ${home.folder}`,
    );
  let docker: DockerClient | undefined;
  const reportTaken = async (): Promise<void> => {
    const { takenFiles } = await import("./config/taken-files.ts");
    const files = takenFiles(program, options.stack, process.getuid?.());
    if (files.length > 0) tellOnce(output, `Taken from ${program}: ${files.join(", ")}`);
  };
  // Loaded when asked for: `--help` and `env` need neither YAML nor zod.
  const readConfig = async (): Promise<OpenConfig> => {
    const { openConfig, stackConfigOf } = await import("./config/stack-config.ts");
    const { readStackRecord, recordedConfig } = await import("./home/stack-record.ts");
    if (installed) await reportTaken();
    const recorded = recordedConfig(readStackRecord(home, options.stack));
    const { values, sealed } = stackConfigOf({ root, program }, options.stack);
    const opened = sealed === undefined ? {} : await openConfig(sealed, readPassphrase(home));
    return { values: { ...recorded, ...values, ...opened }, secretKeys: Object.keys(opened) };
  };
  return {
    root,
    program,
    cwd: process.cwd(),
    stack: options.stack,
    environment: effective,
    output,
    terminal,
    get docker() {
      return (docker ??= adapters.docker(effective));
    },
    engine: adapters.engine,
    cancel: interruption.cancel,
    terminate: interruption.terminate,
    home,
    stackConfig: readConfig,
    withEnvironment: (variables) =>
      createContext({ ...request, environment: { ...environment, ...variables } }),
    forStack: (stack) => createContext({ ...request, options: { stack } }),
    settings: async (overrides = {}, fallbacks = {}) => {
      const { loadSettings } = await import("../../platform/settings/load.ts");
      const stackConfig = { ...fallbacks, ...(await readConfig()).values, ...overrides };
      const request = { root: program, stack: options.stack, environment: effective, stackConfig };
      const resolved = loadSettings(request);
      for (const note of resolved.notes) tellOnce(output, note);
      return resolved;
    },
  };
}
