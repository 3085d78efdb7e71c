import { isUndecided, type Admission } from "./admission.ts";
import type { AgentContainer } from "./containers.ts";

export type Choice =
  | { readonly kind: "serve"; readonly container: AgentContainer }
  /** Leave the gateway as it is: nothing better is known. */
  | { readonly kind: "keep" };

/**
 * Which version of an agent is to be served: the newest that is admitted.
 * @param candidates containers of one agent, newest first
 * @param host container that the gateway sends calls to at present
 */
export function chooseVersion(
  candidates: readonly AgentContainer[],
  admissionOf: (id: string) => Admission,
  host: string | undefined,
): Choice {
  const running = candidates.filter((candidate) => candidate.running);
  const best = running.findIndex(({ id }) => admissionOf(id).kind === "admitted");
  const container = running[best];
  if (container === undefined) return { kind: "keep" };
  // After a restart of the registry an older version may answer before the newer one that is being served.
  const served = running.findIndex(({ name }) => name === host);
  const current = running[served];
  if (current !== undefined && served < best && isUndecided(admissionOf(current.id))) return { kind: "keep" };
  return { kind: "serve", container };
}
