import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** Where files are: what is shipped, and what belongs to those who use it. In a checkout it is one folder. */
export interface Places {
  /** Absolute folder of the checkout or the installed package: images, sample agents, templates. */
  readonly root: string;
  /** Absolute folder of the program: build contexts are relative to it. @default root: the program is ours */
  readonly program?: string;
}

/** Absolute folder of an agent: below the program, else among the samples that are shipped. */
export function agentFolder({ root, program = root }: Places, folder: string): string {
  const own = resolve(program, folder);
  return existsSync(own) ? own : resolve(root, folder);
}
