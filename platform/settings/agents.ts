import { z } from "zod";

import { defineSetting } from "./define-setting.ts";
import { agentFolders, agentNames, agentVariables, interval, nameList } from "./schemas.ts";

/** Which agents there are, and how a new version takes over. */
export const AGENT_SETTINGS = {
  agents: defineSetting({
    env: "NASIKO_AGENTS",
    stackConfig: true,
    schema: agentFolders,
    default: "translator=agents/translator",
    allowed: "name=folder pairs with commas between, or a JSON object",
    help: "Agents to deploy: name and folder of each; folder@hash stays on an earlier version (`nasiko local rollback-agent`)",
  }),
  agentEnv: defineSetting({
    env: "NASIKO_AGENT_ENV",
    stackConfig: true,
    schema: agentVariables,
    default: "{}",
    allowed: "agent=NAME pairs with commas between, or a JSON object: agent to list of names",
    help: "Variables that an agent from a folder of somebody else may have from the environment, env files and settings; better set with: nasiko local deploy-agent --env",
  }),
  trustedAgentFolders: defineSetting({
    env: "NASIKO_TRUSTED_AGENT_FOLDERS",
    stackConfig: true,
    schema: nameList,
    default: "agents",
    allowed: "folders with commas between; relative ones to the checkout",
    help: "Folders of your own: agents below them may name any variable, and files outside their folder",
  }),
  agentRollout: defineSetting({
    env: "NASIKO_AGENT_ROLLOUT",
    stackConfig: true,
    schema: z.enum(["rolling", "recreate"]),
    default: "rolling",
    allowed: "rolling or recreate",
    help: "rolling: a new version starts beside the old one and nobody waits; recreate: the container is always agent-<name>, as some platform images want it, so the old one goes first",
  }),
  agentTimeout: defineSetting({
    env: "NASIKO_AGENT_TIMEOUT",
    stackConfig: true,
    schema: interval,
    default: "60s",
    allowed: "a time span from 1s on, e.g. 90s or 5m",
    help: "How long a new version of an agent may take until it shows its card",
  }),
  agentKeysFor: defineSetting({
    env: "NASIKO_AGENT_KEYS_FOR",
    stackConfig: true,
    schema: agentNames,
    default: "",
    allowed: "names of agents, or ids of users, with commas between",
    help: "Which uploaded agents get the platform's keys of model providers: these, and those of these users. Whoever uploads an agent can read what it is given (default: none)",
  }),
  agentVersions: defineSetting({
    env: "NASIKO_AGENT_VERSIONS",
    stackConfig: true,
    schema: z
      .string()
      .regex(/^[1-9]\d{0,2}$/)
      .transform(Number),
    default: "5",
    allowed: "a whole number from 1 to 999",
    help: "How many versions of each agent are kept as images, to go back to; the rest goes after a successful deployment",
  }),
} as const;
