import { constants } from "node:os";

/** Exit codes that shells and Docker give a meaning; above 128 it is a signal. */
const MEANINGS: Readonly<Record<number, string>> = {
  0: "its program came to its end, but is meant to run on",
  1: "its program reports an error",
  2: "its program was called in a wrong way",
  125: "Docker could not run it",
  126: "its program cannot be executed",
  127: "its program was not found in the image",
};

const SIGNALS: Readonly<Record<string, string>> = {
  SIGINT: "it was interrupted",
  SIGILL: "it uses instructions that this processor does not have",
  SIGABRT: "it gave up by itself",
  SIGBUS: "it touched memory that is not there",
  SIGKILL: "it was killed, by somebody or because the machine was short of memory",
  SIGSEGV: "it crashed",
  SIGTERM: "it was told to stop",
};

/**
 * What an exit code says, in words.
 * @example exitMeaning(139) // "SIGSEGV: it crashed"
 * @returns undefined for a code that only the program itself could explain
 */
export function exitMeaning(exitCode: number): string | undefined {
  const known = MEANINGS[exitCode];
  if (known !== undefined) return known;
  const signal = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
  if (signal === undefined) return undefined;
  const words = SIGNALS[signal];
  return words === undefined ? signal : `${signal}: ${words}`;
}
