import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, events, waitLock } from "../options.ts";

export const spec = defineSpec({
  arguments: { agent },
  options: { waitLock, events },
  examples: ["nasiko local remove-agent calculator"],
});

export const removeAgent = defineCommand(spec, () => import("./remove-agent.handler.ts"));
