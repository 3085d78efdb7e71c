import { type Command, type CommandArgument, eventsOption } from "./command.ts";

/** Commands about what a stack has running: they look, restart, and wait. */
export const RUNNING_COMMANDS: readonly Command[] = [
  {
    name: "local logs",
    summary: "Show what services and agents wrote, merged by time",
    arguments: [servicesArgument("only these services and agents")],
    options: [
      { flags: "-f, --follow", help: "Go on with what they write, through restarts, until Ctrl-C" },
      { flags: "-n, --tail <lines>", help: "How many last lines of each: a number, or all (default: 100)" },
      { flags: "--since <when>", help: "Only what is younger: a time span such as 10m or 1h30m, or a date" },
      { flags: "--grep <pattern>", help: "Only lines that match a regular expression" },
      eventsOption,
    ],
    examples: [
      "nasiko local logs",
      "nasiko local logs -f kong kong-service-registry",
      "nasiko local logs --since 10m --grep 'error|warn'",
    ],
    follows: ({ follow }) => follow === true,
    load: () => import("./logs.handler.ts"),
  },
  {
    name: "local restart",
    summary: "Restart services one after the other, each until it is healthy",
    arguments: [servicesArgument("only these services and agents")],
    options: [{ flags: "--dependents", help: "Restart what depends on them, too" }, eventsOption],
    examples: ["nasiko local restart kong", "nasiko local restart redis --dependents"],
    load: () => import("./restart.handler.ts"),
  },
  {
    name: "local shell",
    summary: "Open the best shell that a service's image has",
    arguments: [{ name: "service", form: "<service>", help: "the service or agent", kind: "service" }],
    options: [
      { flags: "-c, --command <line>", help: "Run this line in it instead, and end with its exit code" },
    ],
    examples: ["nasiko local shell redis", "nasiko local shell redis -c 'redis-cli ping'"],
    load: () => import("./shell.handler.ts"),
  },
  {
    name: "local stats",
    summary: "Show memory and CPU of every container against its limits",
    arguments: [servicesArgument("only these services and agents")],
    options: [],
    examples: ["nasiko local stats", "nasiko local stats --json"],
    load: () => import("./stats.handler.ts"),
  },
  {
    name: "local urls",
    summary: "Show where everything is reached, and with which login",
    options: [{ flags: "--show-secrets", help: "Show passwords also where the output is no terminal" }],
    examples: ["nasiko local urls", "nasiko local urls --json --show-secrets"],
    load: () => import("./urls.handler.ts"),
  },
  {
    name: "local wait",
    summary: "Wait until everything, or some services, are healthy or down",
    arguments: [servicesArgument("only these services and agents")],
    options: [
      { flags: "--status <status>", help: "What to wait for: healthy, or down (default: healthy)" },
      { flags: "--timeout <time>", help: "How long at most, e.g. 90s or 5m (default: 120s)" },
    ],
    examples: [
      "nasiko local wait",
      "nasiko local wait kong --timeout 30s",
      "nasiko local wait --status down",
    ],
    load: () => import("./wait.handler.ts"),
  },
];

/** Names of services and agents; none means all. */
export function servicesArgument(help: string): CommandArgument {
  return { name: "services", form: "[service...]", help, kind: "service" };
}
