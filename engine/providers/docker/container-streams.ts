import type Docker from "dockerode";
import type { Readable } from "node:stream";
import { linesOf, unframe } from "./stream-frames.ts";

/** Bytes; more of a probe's output helps nobody. */
const OUTPUT_LIMIT = 4096;

/** How a command that ran inside a container ended. */
export interface ExecResult {
  /** Undefined when it did not end in time. */
  readonly exitCode: number | undefined;
  /** stdout and stderr together, as far as the limit lets them. */
  readonly output: string;
}

export interface ExecOptions {
  /** Milliseconds after which we no longer wait. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Bytes of output that are kept. @default 4096 */
  readonly limit?: number;
}

/** Lines that a container wrote to stdout and stderr, oldest first. */
export async function readLogs(
  docker: Docker,
  id: string,
  tail: number | undefined,
): Promise<readonly string[]> {
  const container = docker.getContainer(id);
  const { Config } = await container.inspect();
  const data = await container.logs({
    stdout: true,
    stderr: true,
    follow: false,
    ...(tail === undefined ? {} : { tail }),
  });
  return linesOf((Config.Tty ? data : unframe(data)).toString("utf8"));
}

/** Runs a command in a container. One that does not end in time is left to itself: Docker cannot stop it. */
export async function readExec(
  docker: Docker,
  id: string,
  command: readonly string[],
  { timeout, signal, limit = OUTPUT_LIMIT }: ExecOptions,
): Promise<ExecResult> {
  signal.throwIfAborted();
  const exec = await docker
    .getContainer(id)
    .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ Detach: false, Tty: false });
  const { data, ended } = await readUntil(stream, { timeout, signal, limit });
  const output = unframe(data).subarray(0, limit).toString("utf8");
  if (!ended) return { exitCode: undefined, output };
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? undefined, output };
}

interface Read {
  readonly data: Buffer;
  /** False when time was up first. */
  readonly ended: boolean;
}

function readUntil(stream: Readable, { timeout, signal, limit }: Required<ExecOptions>): Promise<Read> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      stream.destroy();
    };
    const finish = (ended: boolean): void => {
      stop();
      resolve({ data: Buffer.concat(parts), ended });
    };
    const fail = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const aborted = (): void => fail(signal.reason);
    const timer = setTimeout(() => finish(false), timeout);
    signal.addEventListener("abort", aborted, { once: true });
    stream.on("data", (part: Buffer) => {
      if (size < limit * 2) parts.push(part);
      size += part.length;
    });
    stream.on("end", () => finish(true));
    stream.on("error", fail);
  });
}
