import { join } from "node:path";

import type { CommandContext } from "../stack/context.ts";

/** Where `docker login` keeps logins: DOCKER_CONFIG, else ~/.docker; undefined when there is no home folder. */
export function dockerConfigFolder({ environment }: CommandContext): string | undefined {
  const chosen = environment["DOCKER_CONFIG"] ?? "";
  if (chosen !== "") return chosen;
  const home = environment["HOME"] ?? "";
  return home === "" ? undefined : join(home, ".docker");
}
