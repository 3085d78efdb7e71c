import type { EventEmitter } from "node:events";

import { EXIT } from "./exit-codes.ts";

interface Process extends Pick<NodeJS.Process, "exitCode"> {
  readonly stdout: EventEmitter;
  readonly stderr: EventEmitter & { write(text: string): unknown };
  on(event: "exit", listener: () => void): unknown;
}

/**
 * Ends as other programs do whose reader has gone, e.g. `nasiko config | head -1`: silently, and for scripts that look
 * with the code of a broken pipe. What changes a stack is finished and saved. Where notes cannot be written, the
 * command goes on without them.
 * @param onLost called once when nobody reads the results any more
 */
export function tellOfLostReaders(process: Process, onLost: () => void): void {
  let code: number | undefined;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (code !== undefined) return;
    code = error.code === "EPIPE" ? EXIT.lostReader : EXIT.unwritten;
    if (error.code !== "EPIPE")
      process.stderr.write(
        `The output cannot be written: ${error.message}\n  → df -h   # or send it elsewhere\n`,
      );
    onLost();
  });
  process.stderr.on("error", () => undefined);
  process.on("exit", () => {
    const { exitCode = EXIT.done } = process;
    // Why a command failed says more.
    if (code !== undefined && (exitCode === EXIT.done || exitCode === EXIT.interrupted))
      process.exitCode = code;
  });
}
