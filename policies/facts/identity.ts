import { LABEL, type Labels } from "../../platform/blueprint/labels.ts";
import type { ContainerFacts } from "./facts.ts";

/** Who a container is, by its labels; a stranger's is called by its name. */
export function identityOf(labels: Labels, name: string): Pick<ContainerFacts, "name" | "kind"> {
  const agent = labels[LABEL.agent];
  if (agent !== undefined) return { name: `agent ${agent}`, kind: "agent" };
  const kind = labels[LABEL.kind];
  return {
    name: labels[LABEL.service] ?? name,
    kind: kind === "service" || kind === "job" ? kind : "other",
  };
}
