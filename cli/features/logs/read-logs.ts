import type Docker from "dockerode";

import { type DockerClient, UNLIMITED } from "../../../engine/providers/docker/client.ts";
import type { StackContainer } from "../../stack/observe/stack-containers.ts";
import { lineReader } from "./log-frames.ts";
import { compareTimes, type LogLine } from "./log-line.ts";

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
  return docker.call(`read the logs of ${container}`, async (engine) => {
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
    const reader = lineReader(member, Config.Tty);
    return [...reader.push(output), ...reader.end()];
  });
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
  const opened = await docker.find(
    `follow the logs of ${container}`,
    async (engine) => openStream(engine, id, last, signal),
    UNLIMITED,
  );
  if (opened === undefined) return;
  const tell = (line: LogLine): void => {
    const before = known.get(member);
    // The engine's `since` has a resolution of its own: what was told already comes again.
    if (before !== undefined && compareTimes(line.time, before) <= 0) return;
    known.set(member, line.time);
    onLine(line);
  };
  const reader = lineReader(member, opened.tty);
  try {
    for await (const chunk of opened.source) for (const line of reader.push(chunk)) tell(line);
  } catch {
    // However the stream ends: whether the container has ended, too, the next look for containers tells.
  }
  for (const line of reader.end()) tell(line);
}

interface OpenStream {
  readonly source: AsyncIterable<Buffer>;
  readonly tty: boolean;
}

async function openStream(
  engine: Docker,
  id: string,
  since: string | undefined,
  signal: AbortSignal,
): Promise<OpenStream | undefined> {
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
  // A response of HTTP: its chunks are buffers.
  return { source: source as AsyncIterable<Buffer> & NodeJS.ReadableStream, tty: Config.Tty };
}
