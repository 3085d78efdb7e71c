import type { Duplex, Readable } from "node:stream";

import type Docker from "dockerode";

import { type DockerClient, UNLIMITED } from "../../engine/providers/docker/client.ts";
import type { Terminal } from "../render/terminal.ts";

/** Best first. */
const SHELLS: readonly string[] = ["bash", "ash", "sh"];
/** Milliseconds that a look for a shell may take. */
const PATIENCE = 10_000;

/** The best shell in a container; undefined when it has none, as images made from a single binary do. */
export async function findShell(
  docker: DockerClient,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const shell of SHELLS) {
    const { exitCode } = await docker.exec(id, [shell, "-c", "exit 0"], { timeout: PATIENCE, signal });
    if (exitCode === 0) return shell;
  }
  return undefined;
}

/** A container to run in. */
export interface RunningContainer {
  readonly id: string;
  /** Its name, for error messages. */
  readonly container: string;
}

/** What a command in a container is connected with. */
export interface Ends extends Terminal {
  /** Keys go through as they are typed, and the program inside sees a terminal. */
  readonly terminal: boolean;
}

/** Runs a command in a container with our own input and output. @returns its exit code */
export async function runInContainer(
  docker: DockerClient,
  { id, container }: RunningContainer,
  command: readonly string[],
  ends: Ends,
): Promise<number> {
  const work = async (engine: Docker): Promise<number> => {
    const exec = await engine.getContainer(id).exec({
      Cmd: [...command],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: ends.terminal,
    });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: ends.terminal });
    await connect(engine, exec, stream, ends);
    const { ExitCode } = await exec.inspect();
    return ExitCode ?? 0;
  };
  return docker.call(`run ${command[0] ?? ""} in ${container}`, work, UNLIMITED);
}

async function connect(engine: Docker, exec: Docker.Exec, stream: Duplex, ends: Ends): Promise<void> {
  const { stdin, stdout, stderr, terminal } = ends;
  const fit = (): void => {
    exec.resize({ w: stdout.columns, h: stdout.rows }).catch(() => undefined);
  };
  if (terminal) {
    stdin.setRawMode(true);
    stdout.on("resize", fit);
    fit();
    stream.pipe(stdout, { end: false });
  } else demultiplex(engine, stream, stdout, stderr);
  stdin.pipe(stream);
  try {
    await new Promise<void>((resolve, reject) => {
      stream.on("end", resolve).on("close", resolve).on("error", reject);
    });
  } finally {
    stdin.unpipe(stream);
    stdin.pause();
    stdout.off("resize", fit);
    if (terminal) stdin.setRawMode(false);
  }
}

/** The library types this part of itself as any. */
function demultiplex(
  engine: Docker,
  stream: Readable,
  stdout: NodeJS.WritableStream,
  stderr: NodeJS.WritableStream,
): void {
  (
    engine.modem as {
      demuxStream(from: Readable, out: NodeJS.WritableStream, err: NodeJS.WritableStream): void;
    }
  ).demuxStream(stream, stdout, stderr);
}
