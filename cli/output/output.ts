import type { Writable } from "node:stream";

import { createColors } from "picocolors";

import type { CommandResult } from "../command.ts";

export type Colors = ReturnType<typeof createColors>;

/** The one place that writes. Progress goes to stderr, results to stdout: both can be piped apart. */
export interface Output {
  /** Colours for progress and failures; without a terminal they do nothing. */
  readonly colors: Colors;
  /** A line of progress. */
  note(line: string): void;
  /** The result of a command that did what it was asked: text, or the JSON document. */
  readonly result: (result: CommandResult) => void;
  /** Why a command could not do it, as text on stderr. */
  readonly failure: (result: CommandResult) => void;
}

export interface OutputStreams {
  readonly json: boolean;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

export function createOutput({ json, stdout, stderr }: OutputStreams): Output {
  return {
    colors: createColors(stderr.isTTY === true),
    note: (line) => stderr.write(`${line}\n`),
    result: (result) => {
      const text = json ? JSON.stringify(result.json, undefined, 2) : result.text;
      if (text !== "") stdout.write(`${text}\n`);
    },
    failure: ({ text }) => stderr.write(`${text}\n`),
  };
}
