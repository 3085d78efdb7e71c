import { type Command, type CommandArgument, eventsOption, waitLockOption } from "./command.ts";

const nameArgument: CommandArgument = {
  name: "name",
  form: "<name>",
  help: "name of the agent",
  kind: "agent",
};

/** Commands about the agents of a running stack. */
export const AGENT_COMMANDS: readonly Command[] = [
  {
    name: "local deploy-agent",
    summary: "Add or update one agent, without downtime; touches nothing else",
    arguments: [
      nameArgument,
      { name: "path", form: "[path]", help: "its folder (default: where it is now, else agents/<name>)" },
    ],
    options: [waitLockOption, eventsOption],
    examples: [
      "nasiko local deploy-agent calculator ./agents/calculator",
      "nasiko local deploy-agent calculator --json",
    ],
    load: () => import("./deploy-agent.handler.ts"),
  },
  {
    name: "local remove-agent",
    summary: "Remove one agent",
    arguments: [nameArgument],
    options: [waitLockOption, eventsOption],
    examples: ["nasiko local remove-agent calculator"],
    load: () => import("./remove-agent.handler.ts"),
  },
  {
    name: "local agents",
    summary: "Show every agent: state, version, age, address, skills",
    options: [],
    examples: ["nasiko local agents", "nasiko local agents --json"],
    load: () => import("./agents.handler.ts"),
  },
  {
    name: "local rollback-agent",
    summary: "Go back to an earlier version of an agent, and stay on it until it is deployed again",
    arguments: [
      nameArgument,
      {
        name: "hash",
        form: "[hash]",
        help: "how its version begins (default: the one before the current one)",
      },
    ],
    options: [waitLockOption, eventsOption],
    examples: ["nasiko local rollback-agent calculator", "nasiko local rollback-agent calculator 1f2e3d4c"],
    load: () => import("./rollback-agent.handler.ts"),
  },
  {
    name: "local watch",
    summary: "Deploy agents again whenever their folders change",
    arguments: [
      {
        name: "agents",
        form: "[agent...]",
        help: "only these (default: all that are built from a folder)",
        kind: "agent",
      },
    ],
    options: [eventsOption],
    examples: ["nasiko local watch", "nasiko local watch calculator"],
    follows: () => true,
    load: () => import("./watch.handler.ts"),
  },
];
