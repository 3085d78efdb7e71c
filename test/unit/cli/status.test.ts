import type { ContainerInspectInfo } from "dockerode";
import { describe, expect, test } from "vitest";

import { statusOf } from "../../../cli/report/status.ts";
import { job, service } from "../blueprint/catalogues.ts";
import { blueprintOf } from "./blueprints.ts";

type State = Partial<ContainerInspectInfo["State"]>;

/** As much of `docker inspect` as the status reads. */
const container = (name: string, state: State): readonly [string, ContainerInspectInfo] => [
  `nasiko-local-${name}`,
  {
    Name: `/nasiko-local-${name}`,
    RestartCount: 0,
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
  statusOf(blueprintOf(specs), { containers: new Map(containers), served: [] }).map(
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
