import type { CommandGroup } from "../lib/command-line/spec.ts";

/** What people do with the platform; help, documents and completion show commands in this order. */
export const GROUPS = [
  { name: "run", title: "Start and stop", summary: "run the platform on this machine" },
  { name: "look", title: "Look", summary: "see what runs, what it writes and how it is set up" },
  { name: "agents", title: "Agents", summary: "write, deploy and update agents" },
  { name: "data", title: "Data", summary: "copy a stack's data, and bring it back" },
  { name: "access", title: "Access", summary: "log in, manage users and decide who may call an agent" },
  { name: "images", title: "Images", summary: "prepare, lock, publish and remove container images" },
  { name: "development", title: "CI and development", summary: "check a change, compare, export, automate" },
] as const satisfies readonly CommandGroup[];

export type GroupName = (typeof GROUPS)[number]["name"];

/** What the words are about that stand before others. */
export const NAMESPACES = {
  local: "The platform on this machine: start it, look at it, deploy agents to it.",
  agent: "Folders of agents, and the secrets that agents get.",
  "agent secret": "Secrets of agents, encrypted in the stack's config file.",
  images: "Container images of the platform.",
  user: "Users of a stack in mode enterprise.",
  access: "Who may call an agent, in mode enterprise.",
  export: "The platform in other formats.",
} as const;

/** The commands that somebody new needs, in the order in which they need them. */
export const ESSENTIALS = ["local up", "local status", "local logs", "local deploy-agent", "local down"];
