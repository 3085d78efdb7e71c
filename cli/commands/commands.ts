import { type Command, type CommandOption, eventsOption, waitLockOption, yesOption } from "./command.ts";
import { AGENT_COMMANDS } from "./agent-commands.ts";
import { RUNNING_COMMANDS, servicesArgument } from "./running-commands.ts";
import { AGENT_FOLDER_COMMANDS } from "./agent-folder-commands.ts";

const showSecretsOption: CommandOption = {
  flags: "--show-secrets",
  help: "Show the secret even where no terminal is",
};
const userArgument = { name: "user", form: "<user>", help: "name or id of the user" } as const;
const agentArgument = { name: "agent", form: "<agent>", help: "name of the agent" } as const;
const granteeOptions: readonly CommandOption[] = [
  { flags: "--user <names>", help: "Users, by name or id, with commas between" },
  { flags: "--to-agent <names>", help: "Agents, with commas between" },
];

/** Every command; help and dispatch are made from this list. */
export const COMMANDS: readonly Command[] = [
  {
    name: "setup",
    summary: "Install what is missing on this machine: the Docker engine and what base images are made with",
    options: [yesOption],
    examples: ["nasiko setup", "nasiko setup --yes"],
    load: () => import("./setup.handler.ts"),
  },
  {
    name: "local up",
    summary: "Bring the platform up, or up to date; returns when everything is ready",
    arguments: [servicesArgument("only these services, and what they need")],
    options: [
      { flags: "--profile <names>", help: "Only these groups of services, with commas between" },
      { flags: "--without <names>", help: "Leave these services out, with commas between" },
      { flags: "--auto-ports", help: "Move default ports that are taken to free ones, and keep them there" },
      { flags: "--show-secrets", help: "Show passwords also where the output is no terminal" },
      waitLockOption,
      eventsOption,
      yesOption,
    ],
    examples: [
      "nasiko local up",
      "nasiko local up --yes --json",
      "nasiko local up --auto-ports",
      "nasiko local up kong mongodb redis nasiko-backend nasiko-web",
      "nasiko local up --profile core,observability --without langtrace",
      "NASIKO_PORT_OFFSET=1000 nasiko --stack second local up",
    ],
    load: () => import("./up.handler.ts"),
  },
  {
    name: "local down",
    summary: "Remove containers and networks; data stays unless --volumes is given",
    options: [
      { flags: "--volumes", help: "Delete data and secrets as well: they cannot be brought back" },
      {
        flags: "--force",
        help: "With --yes: delete data that is protected, too, without asking for the stack's name",
      },
      { flags: "--snapshot", help: "Take a snapshot of the data first" },
      {
        flags: "--verify",
        help: "List what is left of the stack on the engine; fails when anything is that should not",
      },
      waitLockOption,
      eventsOption,
      yesOption,
    ],
    examples: [
      "nasiko local down",
      "nasiko local down --volumes --yes",
      "nasiko local down --snapshot --volumes --verify --yes",
    ],
    load: () => import("./down.handler.ts"),
  },
  {
    name: "local snapshot",
    summary:
      "Copy every volume and secret of the stack to a folder; what writes to them stands still meanwhile",
    options: [],
    examples: ["nasiko local snapshot", "nasiko local snapshot --json"],
    load: () => import("./snapshot.handler.ts"),
  },
  {
    name: "local snapshots",
    summary: "List the snapshots of all stacks",
    options: [],
    examples: ["nasiko local snapshots"],
    load: () => import("./snapshots.handler.ts"),
  },
  {
    name: "local restore",
    summary: "Bring a snapshot into a stack that has no data, and that stack up",
    arguments: [{ name: "id", form: "<id>", help: "as `local snapshots` lists it" }],
    options: [yesOption],
    examples: [
      "nasiko local restore local-20261124-141503 --yes",
      "NASIKO_PORT_OFFSET=1000 nasiko --stack copy local restore local-20261124-141503",
    ],
    load: () => import("./restore.handler.ts"),
  },
  {
    name: "local status",
    summary: "Show the health of every service and agent; the exit code tells, too",
    options: [{ flags: "-w, --watch", help: "Keep the table up to date until Ctrl-C" }, eventsOption],
    examples: ["nasiko local status", "nasiko local status --watch", "nasiko local status --json"],
    follows: ({ watch }) => watch === true,
    load: () => import("./status.handler.ts"),
  },
  ...AGENT_COMMANDS,
  ...AGENT_FOLDER_COMMANDS,
  {
    name: "local verify",
    summary: "Ask the running stack whether it keeps what its mode promises, row by row",
    options: [
      {
        flags: "--mode <mode>",
        help: "Ask for another mode's promises: simple or enterprise; the rows must fail",
      },
    ],
    examples: ["nasiko local verify", "nasiko local verify --json"],
    load: () => import("./verify.handler.ts"),
  },
  ...RUNNING_COMMANDS,
  {
    name: "stacks",
    summary: "Show every stack of this machine, and what it has on the engine",
    options: [],
    examples: ["nasiko stacks", "nasiko stacks --json"],
    load: () => import("./stacks.handler.ts"),
  },
  {
    name: "completion",
    summary: "Print a script that completes commands in your shell",
    arguments: [
      { name: "shell", form: "<shell>", help: "bash, zsh or fish", choices: ["bash", "zsh", "fish"] },
    ],
    options: [],
    examples: ["source <(nasiko completion bash)", "nasiko completion fish | source"],
    load: () => import("./completion.handler.ts"),
  },
  {
    name: "preview",
    summary: "Say what `local up` would do, and why",
    options: [
      { flags: "--offline", help: "Plan from the stack's state; needs no engine" },
      { flags: "--compare <ref>", help: "Compare with another commit; needs neither state nor engine" },
      { flags: "--format <format>", help: "text, markdown or json" },
      { flags: "--security", help: "Only hold the stack against the rules; needs no engine" },
    ],
    examples: [
      "nasiko preview",
      "nasiko preview --offline --json",
      "nasiko preview --stack enterprise --format markdown --compare origin/main",
      "nasiko preview --security",
    ],
    load: () => import("./preview.handler.ts"),
  },
  {
    name: "diff",
    summary: "Show what differs between two stacks, and which settings make it so",
    arguments: [{ name: "stacks", form: "<stacks...>", help: "two stacks, e.g. local enterprise" }],
    options: [],
    examples: ["nasiko diff local enterprise", "nasiko diff local enterprise --json"],
    load: () => import("./diff.handler.ts"),
  },
  {
    name: "images list",
    summary: "Show every image of the stack: where it comes from, its size, whether it is there",
    options: [],
    examples: ["nasiko images list", "nasiko images list --json"],
    load: () => import("./images-list.handler.ts"),
  },
  {
    name: "images prepare",
    summary: "Pull what is missing, and make the bases that builds without a registry start from",
    options: [],
    examples: ["nasiko images prepare"],
    load: () => import("./images-prepare.handler.ts"),
  },
  {
    name: "images lock",
    summary: "Look up the digest of every third-party image and write images.lock.json",
    options: [
      { flags: "--registry <address>", help: "Ask this mirror of the public images, e.g. 127.0.0.1:5000" },
      { flags: "--unverified", help: "Write an image without digest where no registry tells it" },
    ],
    examples: ["nasiko images lock", "nasiko images lock --registry mirror.example:5000/hub"],
    load: () => import("./images-lock.handler.ts"),
  },
  {
    name: "images prune",
    summary:
      "Remove images of ours that no container and no stack of this machine needs; earlier builds of its agents stay",
    options: [
      { flags: "--dry-run", help: "Only say what would be removed" },
      { flags: "--yes", help: "Do not ask" },
    ],
    examples: ["nasiko images prune --dry-run", "nasiko images prune --yes"],
    load: () => import("./images-prune.handler.ts"),
  },
  {
    name: "doctor",
    summary: "Check this machine: engine, memory, disk, ports, leftovers, tools; says everything at once",
    options: [],
    examples: ["nasiko doctor", "nasiko doctor --json"],
    load: () => import("./doctor.handler.ts"),
  },
  {
    name: "services",
    summary: "Show every service: what it is for, who needs it, memory, ports, on or off",
    options: [],
    examples: ["nasiko services", "NASIKO_PROFILES=core nasiko services --json"],
    load: () => import("./services.handler.ts"),
  },
  {
    name: "login",
    summary:
      "Log in to a stack of mode enterprise; the token goes into the system's keyring, or a file of yours",
    options: [
      { flags: "--access-key <key>", help: "Your access key; the secret is asked for" },
      { flags: "--secret-stdin", help: "Read the secret from standard input" },
      {
        flags: "--super-user",
        help: "As the super user that came with the stack, whose state is on this machine",
      },
    ],
    examples: [
      "nasiko login",
      "nasiko login --super-user",
      "nasiko login --access-key NASK_… --secret-stdin < secret",
    ],
    load: () => import("./login.handler.ts"),
  },
  {
    name: "whoami",
    summary: "Show who is logged in, and until when",
    options: [],
    examples: ["nasiko whoami", "nasiko whoami --json"],
    load: () => import("./whoami.handler.ts"),
  },
  {
    name: "logout",
    summary: "Forget the token of a stack",
    options: [],
    examples: ["nasiko logout"],
    load: () => import("./logout.handler.ts"),
  },
  {
    name: "user add",
    summary: "Add a user; the secret is shown once",
    arguments: [{ name: "user", form: "<name>", help: "name of the new user" }],
    options: [
      { flags: "--email <address>", help: "Address (default: <name>@nasiko.localhost)" },
      {
        flags: "--organization <name>",
        help: "Users and agents of other organizations stay unseen (default: default)",
      },
      { flags: "--super-user", help: "May do everything, in every organization" },
      showSecretsOption,
    ],
    examples: ["nasiko user add alice", "nasiko user add bob --organization research --json"],
    load: async () => ({ handler: (await import("./user.handlers.ts")).add }),
  },
  {
    name: "user list",
    summary: "Show every user",
    options: [],
    examples: ["nasiko user list", "nasiko user list --json"],
    load: async () => ({ handler: (await import("./user.handlers.ts")).list }),
  },
  {
    name: "user revoke",
    summary: "Lock a user out at once, tokens included",
    arguments: [userArgument],
    options: [],
    examples: ["nasiko user revoke alice"],
    load: async () => ({ handler: (await import("./user.handlers.ts")).revoke }),
  },
  {
    name: "user reinstate",
    summary: "Let a revoked user log in again",
    arguments: [userArgument],
    options: [],
    examples: ["nasiko user reinstate alice"],
    load: async () => ({ handler: (await import("./user.handlers.ts")).reinstate }),
  },
  {
    name: "user regenerate",
    summary: "Give a user new credentials; the secret is shown once",
    arguments: [userArgument],
    options: [showSecretsOption],
    examples: ["nasiko user regenerate alice"],
    load: async () => ({ handler: (await import("./user.handlers.ts")).regenerate }),
  },
  {
    name: "access grant",
    summary: "Let users or agents call an agent",
    arguments: [agentArgument],
    options: granteeOptions,
    examples: [
      "nasiko access grant translator --user alice,bob",
      "nasiko access grant translator --to-agent planner",
    ],
    load: async () => ({ handler: (await import("./access.handlers.ts")).grant }),
  },
  {
    name: "access revoke",
    summary: "Take a grant back",
    arguments: [agentArgument],
    options: granteeOptions,
    examples: ["nasiko access revoke translator --user alice"],
    load: async () => ({ handler: (await import("./access.handlers.ts")).revoke }),
  },
  {
    name: "access list",
    summary: "Show whose an agent is, and who may call it",
    arguments: [agentArgument],
    options: [],
    examples: ["nasiko access list translator", "nasiko access list translator --json"],
    load: async () => ({ handler: (await import("./access.handlers.ts")).list }),
  },
  {
    name: "config",
    summary: "Show every setting: its value, where it comes from, its default; secrets stay hidden",
    options: [],
    examples: ["nasiko config", "nasiko config --json"],
    load: () => import("./config.handler.ts"),
  },
  {
    name: "export compose",
    summary:
      "Print the same platform as a compose.yaml for Docker Compose: images, ports, health, limits, order",
    options: [
      {
        flags: "--keep-data",
        help: "Take over the stack's own volumes and secrets; the file then holds those secrets",
      },
    ],
    examples: [
      "nasiko export compose > compose.yaml && docker compose up --wait",
      "nasiko local down && nasiko export compose --keep-data > compose.yaml",
    ],
    load: () => import("./export-compose.handler.ts"),
  },
  {
    name: "env",
    summary: "Print the environment that lets the ordinary Pulumi CLI work on the same state",
    options: [],
    examples: ['eval "$(nasiko env)" && pulumi up --stack local'],
    load: () => import("./env.handler.ts"),
  },
];
