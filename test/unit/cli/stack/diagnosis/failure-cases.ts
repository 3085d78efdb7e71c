import type { ContainerInspectInfo } from "dockerode";

import type { Evidence } from "../../../../../cli/stack/diagnosis/diagnose.ts";
import type { Listener } from "../../../../../cli/stack/diagnosis/listening.ts";
import type { RunResult } from "../../../../../engine/core/engine.ts";
import { buildFailed, dockerRefused, imageGone } from "../../../../../engine/providers/docker/errors.ts";
import {
  registryRateLimited,
  registryUnreachable,
} from "../../../../../engine/providers/docker/pull-errors.ts";
import { agentNotServed, jobFailed } from "../../../../../components/errors.ts";
import { toProblem } from "../../../../../engine/core/journal.ts";
import type { EngineError } from "../../../../../engine/errors/define-error.ts";
import type { NasikoError } from "../../../../../platform/errors/define-error.ts";
import { job, service } from "../../../platform/blueprint/catalogues.ts";
import { agent } from "../../agents.ts";
import { blueprintOf } from "../../blueprints.ts";

/** A platform in small: a database, its migrations, the gateway, the registry behind it, and an agent. */
const blueprint = {
  ...blueprintOf([
    service("kong-database"),
    job("kong-migrations"),
    service("kong", { dependsOn: { "kong-database": "healthy", "kong-migrations": "completed" } }),
    service("kong-service-registry", { dependsOn: { kong: "healthy" } }),
    service("phoenix"),
  ]),
  agents: [agent("translator")],
};

type State = Partial<ContainerInspectInfo["State"]>;

interface Sketch {
  readonly state?: State;
  readonly restarts?: number;
  /** Health as Docker says it, with the output of the last probe. */
  readonly health?: readonly [status: string, exitCode: number, output: string, streak?: number];
  readonly log?: readonly string[];
}

export interface FailureCase {
  readonly name: string;
  /** By service; what is not here is well, or is missing when it waits. */
  readonly containers: Readonly<Record<string, Sketch>>;
  /** Services that were never made. */
  readonly missing?: readonly string[];
  readonly errors: readonly (EngineError | NasikoError)[];
  /** URN of the resource that the errors are about. @default none: the program itself reported them */
  readonly urn?: string;
  /** Where programs in containers listen, by service. @default nobody has looked */
  readonly listeners?: Readonly<Record<string, readonly Listener[]>>;
  /** Errors of steps, by service. */
  readonly steps?: Readonly<Record<string, string>>;
}

const BEHIND_KONG = ["kong-service-registry", "translator"];
const ALL_BEHIND_DATABASE = ["kong-migrations", "kong", ...BEHIND_KONG];
const nameOf = (member: string): string =>
  `nasiko-local-${member === "translator" ? "agent-translator-0123abcd" : member}`;

const exited = (exitCode: number, more: State = {}): State => ({
  Status: "exited",
  Running: false,
  ExitCode: exitCode,
  ...more,
});
const late = (member: string, seconds: number): Readonly<Record<string, string>> => ({
  [member]: `${nameOf(member)} was not healthy within ${seconds} s`,
});
const ended = (member: string, exitCode: number): Readonly<Record<string, string>> => ({
  [member]: `${nameOf(member)} is exited with exit code ${exitCode}`,
});
const urnOf = (type: string, name: string): string =>
  `urn:pulumi:local::nasiko::nasiko:platform:Service$docker:index/${type}::${name}`;
const refused = (member: string, message: string): EngineError =>
  dockerRefused({ operation: `start ${nameOf(member)}`, statusCode: 500, message });
const dies = (
  name: string,
  exitCode: number,
  log: readonly string[],
  member = "kong-database",
): FailureCase => ({
  name,
  containers: { [member]: { state: exited(exitCode), log } },
  missing: member === "kong-database" ? ALL_BEHIND_DATABASE : member === "kong" ? BEHIND_KONG : [],
  errors: [],
  steps: ended(member, exitCode),
});

export const FAILURES: readonly FailureCase[] = [
  dies("data-of-another-password", 1, ['FATAL:  password authentication failed for user "kong"']),
  dies("data-of-another-version", 1, [
    "FATAL:  database files are incompatible with server",
    "DETAIL:  The data directory was initialized by PostgreSQL version 16, which is not compatible with this version 18.6.",
  ]),
  dies("data-locked", 1, ['FATAL:  lock file "postmaster.pid" already exists']),
  dies("disk-full", 1, ["PANIC:  could not write to file: No space left on device"]),
  dies("volume-of-another-user", 1, ["mkdir: cannot create directory '/data/pgdata': Permission denied"]),
  dies("read-only", 1, ["error: open /var/run/x.pid: Read-only file system"], "phoenix"),
  dies("wrong-architecture", 1, ["exec /usr/bin/phoenix: exec format error"], "phoenix"),
  dies("no-avx", 132, ["WARNING: MongoDB 5.0+ requires a CPU with AVX support"], "phoenix"),
  dies("crash", 139, [], "phoenix"),
  dies("program-not-found", 127, [], "phoenix"),
  dies("program-not-executable", 126, [], "phoenix"),
  dies("execute-bit-missing", 126, ["/bin/sh: 1: /app/entrypoint.sh: Permission denied"], "phoenix"),
  dies("line-endings-of-windows", 127, ["/usr/bin/env: 'bash\\r': No such file or directory"], "phoenix"),
  dies("script-not-there-or-crlf", 127, ["exec /app/start.sh: no such file or directory"], "phoenix"),
  dies("script-without-interpreter", 1, ["exec /app/start.sh: exec format error"], "phoenix"),
  dies(
    "inotify-used-up",
    1,
    ["Error: ENOSPC: System limit for number of file watchers reached, watch '/app'"],
    "phoenix",
  ),
  dies(
    "shared-memory-full",
    1,
    ['ERROR:  could not resize shared memory segment "/PostgreSQL.1": No space left on device'],
    "phoenix",
  ),
  dies("own-port-refuses", 1, ["Error: connect ECONNREFUSED 127.0.0.1:6379"], "phoenix"),
  dies("file-of-its-own-missing", 1, ["open /data/input.csv: no such file or directory"], "phoenix"),
  dies("ended-by-itself", 0, ["nothing to do, bye"], "phoenix"),
  dies("module-missing", 1, ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'fastify'"], "phoenix"),
  dies("dependency-refuses", 1, ["connect ECONNREFUSED 172.20.0.3:5432"], "kong"),
  dies("name-not-found", 1, ["getaddrinfo EAI_AGAIN kong-database"], "kong"),
  dies(
    "certificate",
    1,
    ["tls: failed to verify certificate: x509: certificate signed by unknown authority"],
    "phoenix",
  ),
  dies("half-migrated", 1, ["alembic: failed to migrate database to head"], "phoenix"),
  {
    name: "killed-for-memory",
    containers: { phoenix: { state: exited(137, { OOMKilled: true }), log: ["loading spans …"] } },
    errors: [],
    steps: ended("phoenix", 137),
  },
  {
    name: "child-killed-for-memory",
    containers: { phoenix: { state: { OOMKilled: true }, health: ["starting", 1, "timeout"] } },
    errors: [],
    steps: { phoenix: `${nameOf("phoenix")} ran out of memory: a process in it was killed` },
  },
  {
    name: "restart-loop",
    containers: {
      phoenix: { state: { Status: "restarting", Running: true, Restarting: true, ExitCode: 3 }, restarts: 7 },
    },
    errors: [],
    steps: { phoenix: `${nameOf("phoenix")} keeps exiting: restarted 7 times, last exit code 3` },
  },
  {
    name: "restart-loop-seen-while-it-runs",
    containers: { phoenix: { state: { ExitCode: 0 }, restarts: 1, health: ["starting", 1, ""] } },
    errors: [],
    steps: { phoenix: `${nameOf("phoenix")} keeps exiting: restarted 0 times, last exit code 1` },
  },
  {
    name: "unhealthy",
    containers: {
      kong: {
        health: ["unhealthy", 1, "curl: (7) Failed to connect\nstatus: 503", 3],
        log: ["[warn] no connection to the database yet"],
      },
    },
    missing: BEHIND_KONG,
    errors: [],
    steps: { kong: `${nameOf("kong")} is unhealthy` },
  },
  {
    name: "not-in-time",
    containers: { phoenix: { health: ["starting", 1, ""], log: ["migrating 17 of 40"] } },
    errors: [],
    steps: late("phoenix", 300),
  },
  {
    name: "port-taken-meanwhile",
    containers: {
      kong: { state: { Status: "created", Running: false, Error: "port is already allocated" } },
    },
    missing: BEHIND_KONG,
    urn: urnOf("container:Container", "kong"),
    errors: [refused("kong", "Bind for 127.0.0.1:9100 failed: port is already allocated")],
  },
  {
    name: "start-refused",
    containers: { phoenix: { state: { Status: "created", Running: false } } },
    urn: urnOf("container:Container", "phoenix"),
    errors: [
      refused("phoenix", 'OCI runtime create failed: exec: "phoenix": executable file not found in $PATH'),
    ],
  },
  {
    name: "job-failed",
    containers: {
      "kong-migrations": { state: exited(3), log: ["migrating core: 200_to_210", "fatal: aborted"] },
    },
    missing: ["kong", ...BEHIND_KONG],
    errors: [jobFailed({ job: "kong-migrations", container: nameOf("kong-migrations"), exitCode: 3 })],
  },
  {
    name: "image-not-built",
    containers: {},
    missing: ["phoenix"],
    urn: urnOf("image:Image", "phoenix"),
    errors: [
      buildFailed({
        image: "nasiko/phoenix:0123456789abcdef",
        step: "Step 3/7 : RUN npm ci",
        message: "The command '/bin/sh -c npm ci' returned a non-zero code: 1",
        log: ["npm error code EAI_AGAIN", "npm error network request failed"],
        command: "docker build -t nasiko/phoenix:0123456789abcdef images/phoenix",
      }),
    ],
  },
  {
    name: "image-gone",
    containers: {},
    missing: ["phoenix"],
    urn: urnOf("container:Container", "phoenix"),
    errors: [imageGone({ image: "nasiko/phoenix:0123456789abcdef", container: nameOf("phoenix") })],
  },
  {
    name: "two-at-once",
    containers: {
      phoenix: { state: exited(1), log: ["no space left on device"] },
      "kong-database": { state: exited(1), log: ["no space left on device"] },
    },
    missing: ALL_BEHIND_DATABASE,
    errors: [],
    steps: { ...ended("phoenix", 1), ...ended("kong-database", 1) },
  },
  {
    name: "agent-not-served",
    containers: { translator: { health: ["starting", 1, ""], log: ["listening on 127.0.0.1:5000"] } },
    errors: [
      agentNotServed({
        agent: "agent-translator",
        hash: "0123abcd",
        seconds: 60,
        said: "waiting: connect ECONNREFUSED 172.20.0.9:5000",
        container: nameOf("translator"),
      }),
    ],
  },
  {
    name: "agent-on-another-port",
    containers: { translator: { log: ["Uvicorn running on http://0.0.0.0:9999"] } },
    listeners: { translator: [{ port: 9999, loopback: false }] },
    errors: [
      agentNotServed({
        agent: "agent-translator",
        hash: "0123abcd",
        seconds: 60,
        said: "pending: the agent does not answer on port 5000: connect ECONNREFUSED 172.20.0.9:5000",
        container: nameOf("translator"),
      }),
    ],
  },
  {
    name: "registry-unreachable",
    containers: {},
    errors: [
      registryUnreachable({
        reference: "redis:7.4.11-alpine",
        registry: "docker.io",
        message: "dial tcp: i/o timeout",
      }),
    ],
  },
  {
    name: "registry-rate-limit",
    containers: {},
    errors: [
      registryRateLimited({
        reference: "redis:7.4.11-alpine",
        registry: "docker.io",
        message: "toomanyrequests",
      }),
    ],
  },
];

/** What is known after the run of a case. */
export function evidenceOf({
  containers,
  missing = [],
  errors,
  urn,
  listeners,
  steps = {},
}: FailureCase): Evidence {
  const members = [
    ...blueprint.layers.flatMap((layer) => layer.services.map(({ name }) => name)),
    "translator",
  ];
  const there = members.filter((member) => !missing.includes(member));
  return {
    blueprint,
    run: runOf(errors, urn, steps),
    observed: {
      containers: new Map(there.map((member) => [nameOf(member), inspectOf(member, containers[member])])),
      served: {
        known: true,
        hashes: new Map(
          missing.includes("translator") || containers["translator"] !== undefined ? [] : [served],
        ),
      },
    },
    ...(listeners && {
      listeners: new Map(Object.entries(listeners).map(([member, found]) => [nameOf(member), found])),
    }),
    logs: new Map(Object.entries(containers).map(([member, { log = [] }]) => [nameOf(member), log])),
  };
}

const served = ["translator", blueprint.agents[0]?.hash ?? ""] as const;

function runOf(
  errors: readonly (EngineError | NasikoError)[],
  urn: string | undefined,
  steps: Readonly<Record<string, string>>,
): RunResult {
  return {
    outcome: "failed",
    outputs: {},
    steps: Object.entries(steps).map(([name, error]) => ({
      urn: `urn:pulumi:local::nasiko::docker:index/container:Container::${name}`,
      type: "docker:index/container:Container",
      name,
      operation: "create",
      changed: [],
      startedAt: 0,
      finishedAt: 1000,
      error,
    })),
    diagnostics: errors.map((error) => ({
      severity: "error",
      message: error.message,
      ...(urn === undefined ? {} : { urn }),
      problem: toProblem(error),
    })),
  };
}

/** As much of an inspection as the report reads. */
function inspectOf(member: string, { state = {}, restarts = 0, health }: Sketch = {}): ContainerInspectInfo {
  const isDone = member === "kong-migrations";
  const [status, exitCode, output, streak = 1] = health ?? ["healthy", 0, "", 0];
  return {
    Id: member,
    Name: `/${nameOf(member)}`,
    RestartCount: restarts,
    Config: { Healthcheck: { Test: ["CMD-SHELL", `check-${member}`] } },
    HostConfig: { Memory: 64 * 2 ** 20 },
    State: {
      Status: isDone ? "exited" : "running",
      Running: !isDone,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      ExitCode: 0,
      Error: "",
      ...(isDone
        ? {}
        : {
            Health: {
              Status: status,
              FailingStreak: streak,
              Log: [{ Start: "", End: "", ExitCode: exitCode, Output: output }],
            },
          }),
      ...state,
    },
  } as unknown as ContainerInspectInfo;
}
