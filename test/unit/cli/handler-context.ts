import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { createColors } from "picocolors";

import type { Command } from "../../../cli/commands/define-command.ts";
import type { GivenValues } from "../../../cli/lib/command-line/value.ts";
import type { CommandResult } from "../../../cli/lib/command-result.ts";
import type { CommandContext } from "../../../cli/stack/context.ts";
import { createContext } from "../../../cli/stack/context.ts";
import type { Engine } from "../../../cli/engine-host/embedded-engine.ts";
import type { Output } from "../../../cli/render/output.ts";
import type { RunResult } from "../../../engine/core/engine.ts";
import { createDockerClient } from "../../../engine/providers/docker/client.ts";
import { createFakeDocker, type FakeDocker } from "../../support/fake-docker.ts";

/** A handler's surroundings: everything outside the process is a fake, all of our own code is real. */
export interface Surroundings {
  readonly docker: FakeDocker;
  readonly context: CommandContext;
  /** Notes, lines and events, in order. */
  readonly told: string[];
  /** As Ctrl-C does. */
  readonly interrupt: () => void;
  close(): Promise<void>;
}

export interface SurroundingsRequest {
  readonly environment?: Readonly<Record<string, string>>;
  readonly engine?: Partial<Engine>;
}

export async function createSurroundings({
  environment = {},
  engine = {},
}: SurroundingsRequest = {}): Promise<Surroundings> {
  const docker = await createFakeDocker();
  const home = mkdtempSync(join(tmpdir(), "nasiko-handler-"));
  const told: string[] = [];
  const cancel = new AbortController();
  const context = createContext({
    options: { stack: "local" },
    environment: {
      NASIKO_HOME: home,
      DOCKER_HOST: docker.host,
      NASIKO_PUBLIC_IMAGES: "offline",
      NASIKO_SERVICES: "redis",
      // Of a range where nothing is expected, so that the machine's own services play no part.
      NASIKO_PORT_OFFSET: "31000",
      ...environment,
    },
    output: recordingOutput(told),
    interruption: { cancel: cancel.signal, terminate: new AbortController().signal },
    adapters: {
      docker: ({ DOCKER_HOST }) => createDockerClient({ host: DOCKER_HOST }),
      engine: { ...UNUSED, ...engine },
    },
  });
  return {
    docker,
    context,
    told,
    interrupt: () => cancel.abort(),
    close: async () => {
      await docker.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function recordingOutput(told: string[]): Output {
  const colors = createColors(false);
  return {
    colors,
    resultColors: colors,
    personal: false,
    openScreen: () => Promise.resolve(undefined),
    note: (line) => void told.push(line),
    line: (line) => void told.push(line),
    event: () => undefined,
    result: () => undefined,
    failure: () => undefined,
  };
}

const refuse = (): Promise<RunResult> => Promise.reject(new Error("the test expects no run"));

const UNUSED: Engine = {
  up: refuse,
  preview: refuse,
  destroy: refuse,
  readStack: () => Promise.resolve(undefined),
  holdStack: (_address, work) => work(),
};

/** Calls a command with what is typed, options and arguments by name: its values are read as on the command line. */
export const calling =
  (command: Command) =>
  async (context: CommandContext, given: GivenValues): Promise<CommandResult> =>
    command.prepare({ options: given, args: given }).run(context);
