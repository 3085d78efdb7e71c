import { execFileSync } from "node:child_process";

import { expect, vi } from "vitest";

/** Polled this often, in milliseconds. */
const INTERVAL = 100;
/** Only ends a test that hangs; how fast a machine is, no test asks. */
const PATIENCE = 300_000;

/** A shell on a terminal that exists in memory only, driven and looked at as a person would. */
export class Terminal {
  readonly #server: string;

  /** @param environment of the shell */
  constructor(
    name: string,
    environment: NodeJS.ProcessEnv,
    size: { readonly columns: number; readonly rows: number },
  ) {
    this.#server = `${name}-${process.pid}`;
    const { columns, rows } = size;
    // A server of its own: its first client's environment is the shell's.
    execFileSync(
      "tmux",
      // No configuration of the user's, and a shell that prints nothing but its prompt.
      [
        "-f",
        "/dev/null",
        "-L",
        this.#server,
        "new-session",
        "-d",
        "-x",
        String(columns),
        "-y",
        String(rows),
        "sh",
      ],
      { env: { ...environment, TERM: "xterm-256color", PS1: "$ " } },
    );
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.#tmux("send-keys", "-l", line);
    this.#tmux("send-keys", "Enter");
  }

  /** @example press("C-c") */
  press(key: string): void {
    this.#tmux("send-keys", key);
  }

  /** What is on the screen now; with everything that has scrolled away, when asked for. */
  screen(history = false): string {
    return this.#tmux("capture-pane", "-p", ...(history ? ["-S", "-"] : []));
  }

  /** Looks until the screen shows something. @returns that screen */
  async shows(what: RegExp, history = false): Promise<string> {
    let seen = "";
    await vi
      .waitUntil(
        () => {
          seen = this.screen(history);
          return what.test(seen);
        },
        { timeout: PATIENCE, interval: INTERVAL },
      )
      .catch(() => {
        expect(seen).toMatch(what);
      });
    return seen;
  }

  close(): void {
    this.#tmux("kill-server");
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#server, ...args], { encoding: "utf8" });
  }
}
