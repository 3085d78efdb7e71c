import type Docker from "dockerode";
import { baseFailed } from "./errors.ts";

/** One message of the engine while it imports or builds; which fields there are depends on the operation. */
interface Progress {
  readonly status?: string;
  readonly stream?: string;
  readonly aux?: { readonly ID?: string };
}

export interface FollowOptions {
  /** For messages. */
  readonly base: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Follows an import or a build to its end.
 * @returns the id of the image
 * @throws NSK-BASE-FAILED with the engine's last words
 */
export async function followImage(
  docker: Docker,
  stream: NodeJS.ReadableStream,
  { base, signal, onLine }: FollowOptions,
): Promise<string> {
  const lines: string[] = [];
  let id: string | undefined;
  const see = ({ status, stream: text, aux }: Progress): void => {
    // A build tells the id in `aux`, an import as its last status.
    id = aux?.ID ?? (status?.startsWith("sha256:") === true ? status : id);
    const line = text?.trim() ?? "";
    if (line === "") return;
    lines.push(line);
    onLine(line);
  };
  const failure = await new Promise<Error | null>((resolve) =>
    docker.modem.followProgress(stream, resolve, see),
  );
  signal.throwIfAborted();
  if (failure === null && id !== undefined) return id;
  const output = [...lines.slice(-15), failure?.message ?? "the engine named no image"];
  throw baseFailed({ base, step: "the engine's part", output }, failure);
}
