import { optional } from "../../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, events, waitLock } from "../options.ts";

export const spec = defineSpec({
  arguments: {
    agent,
    hash: optional("hash", "how its version begins (default: the one before the current one)"),
  },
  options: { waitLock, events },
  examples: ["nasiko local rollback-agent calculator", "nasiko local rollback-agent calculator 1f2e3d4c"],
});

export const rollbackAgent = defineCommand(spec, () => import("./rollback-agent.handler.ts"));
