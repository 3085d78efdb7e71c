import type { CommandLine, ListedCommand } from "../lib/command-line/spec.ts";
import type { Command } from "./define-command.ts";
import { ESSENTIALS, type GroupName, GROUPS, NAMESPACES } from "./groups.ts";
import { GLOBAL_OPTIONS } from "./options.ts";

/** A command by its words; the file that has its options, examples and handler is loaded when it is asked for. */
const command = (
  name: string,
  group: GroupName,
  summary: string,
  load: () => Promise<Command>,
): ListedCommand<Command> => ({ name, group, summary, load });

/** Every command, in the order in which help, documents and completion show them. */
const COMMANDS: readonly ListedCommand<Command>[] = [
  command(
    "local up",
    "run",
    "Start the platform, or bring it up to date; returns when everything is ready",
    async () => (await import("./local/up.ts")).up,
  ),
  command(
    "local down",
    "run",
    "Remove containers and networks; data stays unless --volumes is given",
    async () => (await import("./local/down.ts")).down,
  ),
  command(
    "local restart",
    "run",
    "Restart services one after the other, each until it is healthy",
    async () => (await import("./local/restart.ts")).restart,
  ),
  command(
    "local wait",
    "run",
    "Wait until everything, or some services, are healthy or down",
    async () => (await import("./local/wait.ts")).wait,
  ),
  command(
    "setup",
    "run",
    "Install what this machine lacks: the Docker engine, and the tools that base images are built with",
    async () => (await import("./setup.ts")).setup,
  ),
  command(
    "local status",
    "look",
    "Show the health of every service and agent; the exit code tells it, too",
    async () => (await import("./local/status.ts")).status,
  ),
  command(
    "local logs",
    "look",
    "Show what services and agents wrote, merged by time",
    async () => (await import("./local/logs.ts")).logs,
  ),
  command(
    "traces",
    "look",
    "Show the way of requests through services and agents, and how long each part took",
    async () => (await import("./traces.ts")).traces,
  ),
  command(
    "local urls",
    "look",
    "Show the address of everything that is published, and the login for it",
    async () => (await import("./local/urls.ts")).urls,
  ),
  command(
    "local stats",
    "look",
    "Show memory and CPU of every container against its limits",
    async () => (await import("./local/stats.ts")).stats,
  ),
  command(
    "local shell",
    "look",
    "Open the best shell that a service's image has",
    async () => (await import("./local/shell.ts")).shell,
  ),
  command(
    "local history",
    "look",
    "Show every run on the stack: when, by whom, what it changed and why, how it ended",
    async () => (await import("./local/history.ts")).history,
  ),
  command(
    "services",
    "look",
    "Show every service: its purpose, what needs it, memory, ports, on or off",
    async () => (await import("./services.ts")).services,
  ),
  command(
    "stacks",
    "look",
    "Show every stack of this machine, and what it has on the engine",
    async () => (await import("./stacks.ts")).stacks,
  ),
  command(
    "config",
    "look",
    "Show every setting: its value, where it comes from, its default; secrets stay hidden",
    async () => (await import("./config.ts")).config,
  ),
  command(
    "doctor",
    "look",
    "Check this machine: engine, memory, disk, ports, orphans, tools; reports all problems at once",
    async () => (await import("./doctor.ts")).doctor,
  ),
  command(
    "local deploy-agent",
    "agents",
    "Deploy or update one agent without downtime; nothing else changes",
    async () => (await import("./local/deploy-agent.ts")).deployAgent,
  ),
  command(
    "chat",
    "agents",
    "Ask a question, of the agent that fits or of one that is named; shows how long each part took",
    async () => (await import("./chat.ts")).chat,
  ),
  command(
    "local agents",
    "agents",
    "Show every agent: state, version, age, address, skills",
    async () => (await import("./local/agents.ts")).agents,
  ),
  command(
    "local rollback-agent",
    "agents",
    "Return to an earlier version of an agent, and keep it until the agent is deployed again",
    async () => (await import("./local/rollback-agent.ts")).rollbackAgent,
  ),
  command(
    "local remove-agent",
    "agents",
    "Remove one agent",
    async () => (await import("./local/remove-agent.ts")).removeAgent,
  ),
  command(
    "local watch",
    "agents",
    "Redeploy agents whenever their folders change, until Ctrl-C",
    async () => (await import("./local/watch.ts")).watch,
  ),
  command(
    "agent new",
    "agents",
    "Create the folder of a working agent to start from",
    async () => (await import("./agent/new.ts")).newAgent,
  ),
  command(
    "agent validate",
    "agents",
    "Report everything that is wrong with an agent's folder, with file and line",
    async () => (await import("./agent/validate.ts")).validateAgent,
  ),
  command(
    "agent hash",
    "agents",
    "Print the content hash of an agent: when it changes, the agent is rebuilt",
    async () => (await import("./agent/hash.ts")).hashAgent,
  ),
  command(
    "agent secret set",
    "agents",
    "Store a secret of an agent, encrypted, in the stack's config; the value is read from standard input",
    async () => (await import("./agent/secret/set.ts")).setSecret,
  ),
  command(
    "agent secret list",
    "agents",
    "Show which agent has which secrets, without their values",
    async () => (await import("./agent/secret/list.ts")).listSecrets,
  ),
  command(
    "agent secret remove",
    "agents",
    "Remove a secret of an agent",
    async () => (await import("./agent/secret/remove.ts")).removeSecret,
  ),
  command(
    "local snapshot",
    "data",
    "Copy every volume and secret of the stack to a folder; services that write to them pause meanwhile",
    async () => (await import("./local/snapshot.ts")).snapshot,
  ),
  command(
    "local snapshots",
    "data",
    "List the snapshots of all stacks",
    async () => (await import("./local/snapshots.ts")).snapshots,
  ),
  command(
    "local restore",
    "data",
    "Restore a snapshot into a stack that has no data, and start that stack",
    async () => (await import("./local/restore.ts")).restore,
  ),
  command(
    "login",
    "access",
    "Log in to a stack of mode enterprise",
    async () => (await import("./login.ts")).login,
  ),
  command(
    "whoami",
    "access",
    "Show who is logged in, and until when",
    async () => (await import("./whoami.ts")).whoami,
  ),
  command(
    "logout",
    "access",
    "Delete the token of a stack",
    async () => (await import("./logout.ts")).logout,
  ),
  command(
    "user add",
    "access",
    "Add a user; the secret is shown once",
    async () => (await import("./user/add.ts")).addUser,
  ),
  command("user list", "access", "Show every user", async () => (await import("./user/list.ts")).listUsers),
  command(
    "user revoke",
    "access",
    "Revoke a user's credentials and tokens at once",
    async () => (await import("./user/revoke.ts")).revokeUser,
  ),
  command(
    "user reinstate",
    "access",
    "Let a revoked user log in again",
    async () => (await import("./user/reinstate.ts")).reinstateUser,
  ),
  command(
    "user regenerate",
    "access",
    "Give a user new credentials; the secret is shown once",
    async () => (await import("./user/regenerate.ts")).regenerateUser,
  ),
  command(
    "access grant",
    "access",
    "Let users or agents call an agent",
    async () => (await import("./access/grant.ts")).grantAccess,
  ),
  command(
    "access revoke",
    "access",
    "Withdraw a grant",
    async () => (await import("./access/revoke.ts")).revokeAccess,
  ),
  command(
    "access list",
    "access",
    "Show who owns an agent, and who may call it",
    async () => (await import("./access/list.ts")).listAccess,
  ),
  command(
    "images list",
    "images",
    "Show every image of the stack: where it comes from, its size, whether it is there",
    async () => (await import("./images/list.ts")).listImages,
  ),
  command(
    "images prepare",
    "images",
    "Pull missing images, and build the base images that offline builds start from",
    async () => (await import("./images/prepare.ts")).prepareImages,
  ),
  command(
    "images lock",
    "images",
    "Look up the digest of every third-party image and write images.lock.json",
    async () => (await import("./images/lock.ts")).lockImages,
  ),
  command(
    "images publish",
    "images",
    "Build the platform's own images and push them to a registry, under one tag",
    async () => (await import("./images/publish.ts")).publishImages,
  ),
  command(
    "images prune",
    "images",
    "Remove images of ours that no container and no stack of this machine needs; earlier builds of its agents stay",
    async () => (await import("./images/prune.ts")).pruneImages,
  ),
  command(
    "preview",
    "development",
    "Show what `local up` would do, and why",
    async () => (await import("./preview.ts")).preview,
  ),
  command(
    "diff",
    "development",
    "Show what differs between two stacks, and which settings cause it",
    async () => (await import("./diff.ts")).diff,
  ),
  command(
    "local verify",
    "development",
    "Check on the running stack, row by row, what its mode promises",
    async () => (await import("./local/verify.ts")).verify,
  ),
  command(
    "export compose",
    "development",
    "Print the same platform as a compose.yaml for Docker Compose: images, ports, health, limits, order",
    async () => (await import("./export/compose.ts")).exportCompose,
  ),
  command(
    "env",
    "development",
    "Print the environment with which the ordinary Pulumi CLI works on the same state",
    async () => (await import("./env.ts")).env,
  ),
  command(
    "completion",
    "development",
    "Print a script that completes commands in your shell",
    async () => (await import("./completion.ts")).completion,
  ),
];

export const COMMAND_LINE: CommandLine<ListedCommand<Command>> = {
  name: "nasiko",
  summary: "the Nasiko agent platform on your machine",
  globals: GLOBAL_OPTIONS,
  groups: GROUPS,
  essentials: ESSENTIALS,
  namespaces: NAMESPACES,
  commands: COMMANDS,
};
