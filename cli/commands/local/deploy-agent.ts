import { optional } from "../../lib/command-line/argument.ts";
import { names } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { agent, events, waitLock } from "../options.ts";

export const spec = defineSpec({
  arguments: {
    agent,
    path: optional("path", "its folder (default: where it was deployed from last, else agents/<agent>)"),
  },
  options: {
    env: names(
      "<names>",
      "variables of yours that the agent may have, by name; the stack's config keeps them",
    ),
    waitLock,
    events,
  },
  examples: [
    "nasiko local deploy-agent calculator ./agents/calculator",
    "nasiko local deploy-agent weather ../weather --env WEATHER_KEY --env UNITS",
    "nasiko local deploy-agent calculator --json",
  ],
});

export const deployAgent = defineCommand(spec, () => import("./deploy-agent.handler.ts"));
