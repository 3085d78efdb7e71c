import { LABEL, type Labels } from "../../platform/blueprint/labels.ts";
import type { ContainerFacts } from "./facts.ts";
import { traitsOf } from "./traits.ts";

/** Who a container is, and what it is to the others, by its labels; one without our labels is called by its name. */
export function identityOf(
  labels: Labels,
  name: string,
): Pick<ContainerFacts, "name" | "kind" | "role" | "reachableBy"> {
  const agent = labels[LABEL.agent];
  if (agent !== undefined) return { name: `agent ${agent}`, kind: "agent", reachableBy: [] };
  const kind = labels[LABEL.kind];
  const service = labels[LABEL.service];
  return {
    name: service ?? name,
    kind: kind === "service" || kind === "job" ? kind : "other",
    ...(service === undefined ? { reachableBy: [] } : traitsOf(service)),
  };
}
