/** Why a Dockerfile is not built, and where. */
export interface DockerfileRefusal {
  /** From 1. */
  readonly line: number;
  /** One sentence without the place, e.g. "ADD takes nothing from the network; …". */
  readonly reason: string;
}

/** Carries a refusal out of the nested checks; never leaves this folder. */
export class Refused extends Error {
  readonly line: number;

  constructor(line: number, reason: string) {
    super(reason);
    this.line = line;
  }
}

/** What a caller wrote, for a message: cut, and with nothing in it that a terminal would obey. */
export const quoted = (text: string): string => JSON.stringify(text.slice(0, 120));
