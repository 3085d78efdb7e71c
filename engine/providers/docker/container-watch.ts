import type Docker from "dockerode";
import { createInterface } from "node:readline";

/** News of one container: it exited, a process in it was killed for its memory, a change of its health. */
export interface ContainerWatch {
  /** Resolves at the next piece of news; at once when there was one since the last call. */
  next(): Promise<void>;
  /** A process in it was killed for its memory; older engines say so only here while the container goes on. */
  readonly ranOutOfMemory: boolean;
  /** Of its last end: once it runs again, the engine has forgotten it. @default it did not end since then */
  readonly exitCode: number | undefined;
  close(): void;
}

/** Listens to a container from now on. A stream that breaks brings no more news; asking the engine still works. */
export async function watchContainer(docker: Docker, id: string): Promise<ContainerWatch> {
  const closing = new AbortController();
  const stream = await docker.getEvents({
    filters: { type: ["container"], container: [id], event: ["die", "oom", "health_status"] },
    abortSignal: closing.signal,
  });
  let ranOutOfMemory = false;
  let exitCode: number | undefined;
  let news = false;
  let wake = (): void => undefined;
  const lines = createInterface({ input: stream });
  lines.on("line", (line) => {
    if (line.includes('"oom"')) ranOutOfMemory = true;
    const [, code] = /"exitCode":"(\d+)"/.exec(line) ?? [];
    if (code !== undefined) exitCode = Number(code);
    news = true;
    wake();
  });
  stream.on("error", () => lines.close());
  return {
    next: () =>
      new Promise((resolve) => {
        wake = () => {
          if (!news) return;
          news = false;
          resolve();
        };
        wake();
      }),
    get ranOutOfMemory() {
      return ranOutOfMemory;
    },
    get exitCode() {
      return exitCode;
    },
    close: () => {
      lines.close();
      closing.abort();
    },
  };
}
