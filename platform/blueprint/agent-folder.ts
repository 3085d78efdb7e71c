import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { isInside } from "../agents/folder-border.ts";
import type { Settings } from "../settings/settings.ts";

/** Where files are: what is shipped, and what belongs to those who use it. In a checkout it is one folder. */
export interface Places {
  /** Absolute folder of the checkout or the installed package: images, sample agents, templates. */
  readonly root: string;
  /** Absolute folder of the program: build contexts are relative to it. @default root: the program is ours */
  readonly program?: string;
}

/** An agent's folder, and which folders are the operator's own. */
interface OwnFolders extends Places {
  readonly settings: Pick<Settings, "trustedAgentFolders">;
}

/**
 * Whether an agent's folder, links followed, is one of the operator's own or a shipped sample: what its compose file
 * names is then as if the operator had named it.
 * @param folder absolute
 */
export const isOwnFolder = ({ root, program = root, settings }: OwnFolders, folder: string): boolean =>
  [...settings.trustedAgentFolders.map((own) => resolve(program, own)), resolve(root, "agents")].some((own) =>
    isInside(own, folder),
  );

/** Absolute folder of an agent: below the program, else among the samples that are shipped. */
export function agentFolder({ root, program = root }: Places, folder: string): string {
  const own = resolve(program, folder);
  return existsSync(own) ? own : resolve(root, folder);
}
