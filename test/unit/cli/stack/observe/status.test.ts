import type { ContainerInspectInfo } from "dockerode";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";

import { type MemberStatus, statusOf } from "../../../../../cli/stack/observe/status.ts";
import { statusTable, uptime } from "../../../../../cli/features/status/status-table.ts";
import { job, service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const NONE = { known: true, hashes: new Map<string, string>() } as const;

type State = Partial<ContainerInspectInfo["State"]>;

/** As much of `docker inspect` as the status reads. */
const container = (name: string, state: State): readonly [string, ContainerInspectInfo] => [
  `nasiko-local-${name}`,
  {
    Name: `/nasiko-local-${name}`,
    RestartCount: 0,
    Config: { Image: `nasiko/${name}:0123456789abcdef` },
    HostConfig: { Memory: 64 * 2 ** 20 },
    State: { Running: true, Status: "running", ...state },
  } as ContainerInspectInfo,
];

const health = (status: string, output = ""): State => ({
  Health: {
    Status: status,
    FailingStreak: 0,
    Log: output === "" ? [] : [{ Output: output, ExitCode: 1, Start: "", End: "" }],
  },
});

const rows = (
  specs: Parameters<typeof blueprintOf>[0],
  containers: readonly (readonly [string, ContainerInspectInfo])[],
): readonly string[] =>
  statusOf(blueprintOf(specs), { containers: new Map(containers), served: NONE }).map(
    ({ name, state, ok, problem }) =>
      [name, state, ok ? "ok" : "not ok", ...(problem === undefined ? [] : [problem])].join(" · "),
  );

describe("the status of a service", () => {
  test("is good only when Docker calls it healthy", () => {
    const specs = ["a", "b", "c", "d"].map((name) => service(name));
    expect(
      rows(specs, [
        container("a", health("healthy")),
        container("b", health("unhealthy", "PONG missing\n")),
        container("c", health("starting")),
        container("d", {}),
      ]),
    ).toEqual([
      "a · healthy · ok",
      "b · unhealthy · not ok · PONG missing",
      "c · starting · not ok · its health check did not pass yet",
      "d · running · not ok · running",
    ]);
  });

  test("names what is not there, has ended, or was killed for its memory", () => {
    const specs = ["a", "b", "c", "d"].map((name) => service(name));
    const ended = { Running: false, Status: "exited" } as const;
    expect(
      rows(specs, [
        container("b", { ...ended, ExitCode: 3 }),
        container("c", { ...ended, ExitCode: 137, OOMKilled: true }),
        container("d", { Restarting: true, ExitCode: 1 }),
      ]),
    ).toEqual([
      "a · missing · not ok · there is no container",
      "b · exited · not ok · ended with exit code 3",
      "c · exited · not ok · killed: out of memory",
      "d · restarting · not ok · ended with exit code 1",
    ]);
  });
});

test("a job is done only when it ended with exit code 0", () => {
  const ended = { Running: false, Status: "exited" } as const;
  expect(
    rows(
      [job("a"), job("b"), job("c")],
      [
        container("a", { ...ended, ExitCode: 0 }),
        container("b", { ...ended, ExitCode: 1 }),
        container("c", {}),
      ],
    ),
  ).toEqual([
    "a · done · ok",
    "b · exited · not ok · ended with exit code 1",
    "c · running · not ok · running",
  ]);
});

describe("drift", () => {
  const driftOf = (changes: object): string | undefined => {
    const [name, inspect] = container("a", health("healthy"));
    const containers = new Map([[name, { ...inspect, ...changes }]]);
    return statusOf(blueprintOf([service("a")]), { containers, served: NONE })[0]?.drift;
  };

  test("is none while the container is what the blueprint says", () => {
    expect(driftOf({})).toBeUndefined();
  });

  test("is another image, or a limit that somebody changed", () => {
    expect(driftOf({ Config: { Image: "redis:8" }, HostConfig: { Memory: 2 ** 30 } })).toBe(
      "differs from the blueprint: runs redis:8, another memory limit",
    );
  });
});

describe("the table", () => {
  test("has problems on top and says how long each runs", () => {
    const now = Date.parse("2026-01-31T10:00:00Z");
    const members = statusOf(blueprintOf([service("a"), service("b")]), {
      containers: new Map([container("a", { ...health("healthy"), StartedAt: "2026-01-31T08:58:00Z" })]),
      served: NONE,
    });
    const lines = statusTable(members, createColors(false), now).split("\n");
    expect(lines[1]).toMatch(/^✗ {2}b {5}missing {2,}b:01234567 {2}there is no container$/);
    expect(lines[2]).toMatch(/^✓ {2}a {5}healthy {2}1h 2m /);
  });

  test.each([
    [{ errors: 0, p95: 92.5 }, "last 5m: p95 93 ms, 0% errors"],
    [{ errors: 0.002, p95: 1400 }, "last 5m: p95 1400 ms, <1% errors"],
    [{ errors: 1 / 3, p95: 5 }, "last 5m: p95 5 ms, 33% errors"],
    [undefined, "images/x"],
  ] as const)("says of an agent what its requests are like: %o", (requests, last) => {
    const member: MemberStatus = {
      kind: "agent",
      name: "x",
      container: "nasiko-local-agent-x",
      state: "healthy",
      ok: true,
      standIn: false,
      image: "images/x",
      ports: [],
      restarts: 0,
    };
    const [, line] = statusTable(
      [{ ...member, ...(requests === undefined ? {} : { requests }) }],
      createColors(false),
    ).split("\n");
    expect(line?.trimEnd().endsWith(last), line).toBe(true);
  });

  test.each([
    [999, "0s"],
    [61_000, "1m 1s"],
    [3_600_000, "1h 0m"],
    [90_000_000, "1d 1h"],
  ])("writes %s ms as %s", (milliseconds, text) => {
    expect(uptime(milliseconds)).toBe(text);
  });
});
