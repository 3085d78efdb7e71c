import { optional } from "../../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, events, waitLock } from "../options.ts";

export const spec = defineSpec({
  arguments: {
    agent,
    path: optional("path", "its folder (default: where it was deployed from last, else agents/<agent>)"),
  },
  options: { waitLock, events },
  examples: [
    "nasiko local deploy-agent calculator ./agents/calculator",
    "nasiko local deploy-agent calculator --json",
  ],
});

export const deployAgent = defineCommand(spec, () => import("./deploy-agent.handler.ts"));
