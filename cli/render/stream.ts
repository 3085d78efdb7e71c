import type { Writable } from "node:stream";

/** Where output goes: a terminal or not. */
export interface Stream extends Writable {
  readonly isTTY?: boolean;
  /** Width of a terminal. */
  readonly columns?: number;
  readonly rows?: number;
}
