import { backendPaths } from "../../../engine/core/backend.ts";

/** Name of the Pulumi project, as in Pulumi.yaml: part of every URN and of the state's path. */
export const PROJECT = "nasiko";

/** The file that records a stack. @param home absolute folder */
export const checkpointFile = ({ home, stack }: { readonly home: string; readonly stack: string }): string =>
  backendPaths({ project: PROJECT, home, stack }).checkpoint;

/** The home that a path from {@link checkpointFile} is below; undefined for any other path. */
export function homeOfCheckpoint(path: string, stack: string): string | undefined {
  const below = checkpointFile({ home: "/", stack });
  return path.startsWith("/") && path.endsWith(below) && path.length > below.length
    ? path.slice(0, -below.length)
    : undefined;
}
