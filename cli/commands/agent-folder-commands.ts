import type { Command, CommandArgument } from "./command.ts";

const agentArgument: CommandArgument = {
  name: "name",
  form: "<name>",
  help: "name of the agent",
  kind: "agent",
};
const variableArgument: CommandArgument = {
  name: "variable",
  form: "<variable>",
  help: "e.g. OPENAI_API_KEY",
};
const pathArgument: CommandArgument = { name: "path", form: "<path>", help: "folder of the agent" };

/** Commands on an agent's folder, and on what an agent is told. */
export const AGENT_FOLDER_COMMANDS: readonly Command[] = [
  {
    name: "agent new",
    summary: "Make a working agent to start from",
    arguments: [
      { name: "name", form: "<name>", help: "name of the agent" },
      { name: "path", form: "[path]", help: "where to put it (default: agents/<name>)" },
    ],
    options: [{ flags: "--language <language>", help: "typescript (default) or python" }],
    examples: ["nasiko agent new weather", "nasiko agent new weather --language python"],
    load: () => import("./agent-new.handler.ts"),
  },
  {
    name: "agent validate",
    summary: "Say everything that is wrong with an agent's folder, with file and line",
    arguments: [pathArgument],
    options: [
      { flags: "--name <name>", help: "The agent's name (default: what stack, compose file or folder say)" },
    ],
    examples: ["nasiko agent validate agents/translator"],
    load: () => import("./agent-validate.handler.ts"),
  },
  {
    name: "agent hash",
    summary: "Print the hash that decides whether an agent is built anew",
    arguments: [pathArgument],
    options: [
      { flags: "--explain", help: "Also what went into it, and what has changed since the last build" },
    ],
    examples: ["nasiko agent hash agents/translator", "nasiko agent hash agents/translator --explain"],
    load: () => import("./agent-hash.handler.ts"),
  },
  {
    name: "agent secret set",
    summary:
      "Store a secret of an agent, encrypted, in the stack's config; the value comes from standard input",
    arguments: [agentArgument, variableArgument],
    options: [],
    examples: [
      "nasiko agent secret set translator OPENAI_API_KEY",
      "nasiko agent secret set translator OPENAI_API_KEY < key.txt",
    ],
    load: () => import("./agent-secret-set.handler.ts"),
  },
  {
    name: "agent secret list",
    summary: "Show which agent has which secrets; never their values",
    options: [],
    examples: ["nasiko agent secret list"],
    load: () => import("./agent-secret-list.handler.ts"),
  },
  {
    name: "agent secret remove",
    summary: "Take a secret from an agent",
    arguments: [agentArgument, variableArgument],
    options: [],
    examples: ["nasiko agent secret remove translator OPENAI_API_KEY"],
    load: () => import("./agent-secret-remove.handler.ts"),
  },
];
