import type { PlannedAgent } from "../../../platform/blueprint/agents.ts";
import { service } from "../platform/blueprint/catalogues.ts";
import { blueprintOf } from "./blueprints.ts";

/** An agent as the blueprint plans it, without reading any folder. */
export function agent(name: string): PlannedAgent {
  const [layer] = blueprintOf([service(name)]).layers;
  const planned = layer?.services[0];
  if (planned === undefined) throw new Error("a blueprint of one service has one");
  const resourceName = `agent-${name}-0123abcd`;
  return {
    kind: "agent",
    name,
    routeName: `agent-${name}`,
    folder: `agents/${name}`,
    image: planned.image,
    container: { ...planned.container, resourceName, name: `nasiko-local-${resourceName}` },
    hash: "0123abcd",
    url: `http://127.0.0.1:9100/agents/agent-${name}/`,
    notes: [],
    after: [],
    rollout: "rolling",
    servedWithin: 60,
  };
}
