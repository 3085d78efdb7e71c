import { join } from "node:path";

/** Where `docker login` keeps logins: DOCKER_CONFIG, else ~/.docker; undefined when there is no home folder. */
export function dockerConfigFolder(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const chosen = environment["DOCKER_CONFIG"] ?? "";
  if (chosen !== "") return chosen;
  const home = environment["HOME"] ?? "";
  return home === "" ? undefined : join(home, ".docker");
}
