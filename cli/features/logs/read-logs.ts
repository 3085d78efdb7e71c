import { PassThrough, type Readable } from "node:stream";
import { createInterface } from "node:readline";

import type Docker from "dockerode";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { linesOf, unframe } from "../../../engine/providers/docker/stream-frames.ts";
import type { StackContainer } from "../../stack/observe/stack-containers.ts";
import { compareTimes, type LogLine, parseLogLine } from "./log-line.ts";

export interface LogRange {
  /** Last lines of each container; undefined: all. */
  readonly tail: number | undefined;
  /** Milliseconds since 1970. @default from the beginning */
  readonly since?: number | undefined;
}

/** What a container wrote so far, oldest first. */
export async function readLogLines(
  docker: DockerClient,
  { id, member, container }: StackContainer,
  { tail, since }: LogRange,
): Promise<readonly LogLine[]> {
  const data = await docker.call(`read the logs of ${container}`, async (engine) => {
    const handle = engine.getContainer(id);
    const { Config } = await handle.inspect();
    const output = await handle.logs({
      stdout: true,
      stderr: true,
      timestamps: true,
      follow: false,
      ...(tail === undefined ? {} : { tail }),
      ...(since === undefined ? {} : { since: since / 1000 }),
    });
    return Config.Tty ? output : unframe(output);
  });
  return linesOf(data.toString("utf8")).map((line) => parseLogLine(member, line));
}

export interface Following {
  readonly docker: DockerClient;
  /** What there is to follow, now; asked again and again, because containers are replaced. */
  readonly containers: () => Promise<readonly StackContainer[]>;
  /** Time of the last line that is known of each member; later ones are told. */
  readonly known: Map<string, string>;
  readonly onLine: (line: LogLine) => void;
  readonly signal: AbortSignal;
  /** Between two looks for containers, which resolves early when the signal says so. */
  readonly pause: () => Promise<void>;
}

/**
 * Tells every new line until the signal says stop. A container that ends, restarts or is replaced by another version
 * is taken up again where it left off.
 */
export async function followLogs(following: Following): Promise<void> {
  const { containers, signal, pause } = following;
  const attached = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const container of await containers()) {
      if (!container.running || attached.has(container.id)) continue;
      const followed = followContainer(following, container).finally(() => attached.delete(container.id));
      attached.set(container.id, followed);
    }
    await pause();
  }
  await Promise.all(attached.values());
}

/** Until the container ends. */
async function followContainer(
  { docker, known, onLine, signal }: Following,
  { id, member, container }: StackContainer,
): Promise<void> {
  const last = known.get(member);
  const stream = await docker.find(`follow the logs of ${container}`, async (engine) =>
    openStream(engine, id, last, signal),
  );
  if (stream === undefined) return;
  for await (const text of createInterface({ input: stream })) {
    const line = parseLogLine(member, text);
    const before = known.get(member);
    // The engine's `since` has a resolution of its own: what was told already comes again.
    if (before !== undefined && compareTimes(line.time, before) <= 0) continue;
    known.set(member, line.time);
    onLine(line);
  }
}

interface Demultiplexer {
  demuxStream(from: NodeJS.ReadableStream, out: PassThrough, err: PassThrough): void;
}

async function openStream(
  engine: Docker,
  id: string,
  since: string | undefined,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  if (signal.aborted) return undefined;
  const handle = engine.getContainer(id);
  const { Config } = await handle.inspect();
  const source = await handle.logs({
    stdout: true,
    stderr: true,
    timestamps: true,
    follow: true,
    abortSignal: signal,
    // Without a line to go on from, only what comes from now on.
    ...(since === undefined ? { tail: 0 } : { since: Math.floor(Date.parse(since) / 1000) }),
  });
  const lines = new PassThrough();
  const end = (): void => void lines.end();
  source.on("end", end).on("close", end).on("error", end);
  if (Config.Tty) source.pipe(lines);
  // The library types this part of itself as any.
  else (engine.modem as Demultiplexer).demuxStream(source, lines, lines);
  return lines;
}
