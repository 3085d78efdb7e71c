import { isUndecided, type Admission } from "./admission.ts";
import type { AgentContainer } from "./containers.ts";

export type Choice =
  | { readonly kind: "serve"; readonly container: AgentContainer }
  /** Leave the gateway as it is: nothing better is known. */
  | { readonly kind: "keep" };

/**
 * Which version of an agent is to be served: the newest that is admitted. One that failed after it had been admitted
 * comes back only when it has lasted, or when there is no other: a version that keeps ending would get between
 * callers and the one that works, again and again.
 * @param candidates containers of one agent, newest first
 * @param host container that the gateway sends calls to at present
 */
export function chooseVersion(
  candidates: readonly AgentContainer[],
  admissionOf: (id: string) => Admission,
  host: string | undefined,
): Choice {
  const running = candidates.filter((candidate) => candidate.running);
  const admitted = ({ id }: AgentContainer): boolean => admissionOf(id).kind === "admitted";
  const steady = running.findIndex((entry) => admitted(entry) && admissionOf(entry.id).relapsed !== true);
  const best = steady >= 0 ? steady : running.findIndex(admitted);
  const container = running[best];
  if (container === undefined) return { kind: "keep" };
  // After a restart of the registry an older version may answer before the newer one that is being served.
  const served = running.findIndex(({ name }) => name === host);
  const current = running[served];
  if (current !== undefined && served < best && isUndecided(admissionOf(current.id))) return { kind: "keep" };
  return { kind: "serve", container };
}
