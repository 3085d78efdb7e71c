import { describe, expect, test } from "vitest";

import type { PastRun } from "../../../../../engine/core/history.ts";
import { eventAsJson, eventsAsText } from "../../../../../cli/features/history/describe.ts";
import {
  type AccessChange,
  latestEvents,
  withoutSecrets,
} from "../../../../../cli/features/history/events.ts";
import { type AgentChange, workerTrail } from "../../../../../cli/features/history/worker-trail.ts";

const line = (fields: object, time = "2026-01-31T08:00:01.5Z"): { time: string; text: string } => ({
  time,
  text: JSON.stringify({ time, level: "info", message: "agent", agent: "echo", ...fields }),
});

describe("the worker's trail", () => {
  test("is what has ended, with who and why", () => {
    expect(
      workerTrail([
        line({ message: "listening" }),
        line({ stage: "building", command: "deploy_agent" }),
        line({ stage: "active", command: "deploy_agent", owner: "u1", upload: "up-1", step: "", error: "" }),
        line({ stage: "failed", command: "update_agent", owner: "", error: "no such base" }),
      ]),
    ).toEqual([
      {
        at: Date.parse("2026-01-31T08:00:01.5Z"),
        agent: "echo",
        command: "deploy_agent",
        stage: "active",
        owner: "u1",
        upload: "up-1",
      },
      {
        at: Date.parse("2026-01-31T08:00:01.5Z"),
        agent: "echo",
        command: "update_agent",
        stage: "failed",
        error: "no such base",
      },
    ]);
  });

  test("knows lines of a worker that did not say who, and passes over everything that is no entry", () => {
    const trail = workerTrail([
      line({ stage: "removed" }),
      ...["", "[]", "{", "null", '{"message":"agent"}', '{"message":"agent","agent":1,"stage":"active"}'].map(
        (text) => ({ time: "2026-01-31T08:00:02Z", text }),
      ),
      line({ stage: "active" }, "no time"),
    ]);
    expect(trail).toEqual([
      { at: expect.any(Number) as number, agent: "echo", command: "", stage: "removed" },
    ]);
  });

  test("holds nothing of a build's output, and no key of its commands", () => {
    const error = "RUN curl -H 'Authorization: Bearer s3cr3t-of-somebody' failed\nPASSWORD=hunter2hunter2";
    const [entry] = workerTrail([line({ stage: "failed", error })]);
    expect(entry?.error).toBe("RUN curl -H 'Authorization: Bearer [hidden]' failed");
  });
});

const run = (startedAt: number): PastRun => ({
  ...{ kind: "update", result: "succeeded", startedAt, finishedAt: startedAt + 1000, by: "me" },
  changes: { create: 2, same: 7 },
  steps: [{ name: "kong", type: "t", operation: "create", changed: ["image"], reason: "it is new" }],
});
const deployed = (at: number, more: Partial<AgentChange> = {}): AgentChange => ({
  ...{ at, agent: "echo", command: "deploy_agent", stage: "active", owner: "u1", ...more },
});
const granted = (at: number, more: Partial<AccessChange> = {}): AccessChange => ({
  ...{ at, actor: "alice", action: "user.revoke", target: "bob", detail: {}, ...more },
});

describe("events of all trails", () => {
  const trails = { runs: [run(5000), run(1000)], agents: [deployed(3000)], access: [granted(4000)] };

  test("are in the order of their times, the latest first", () => {
    const kinds = latestEvents(trails, { since: undefined, limit: 10 }).map(({ kind, at }) => [kind, at]);
    expect(kinds).toEqual([
      ["run", 5000],
      ["access", 4000],
      ["agent", 3000],
      ["run", 1000],
    ]);
  });

  test("are as many as are wanted, and from then on", () => {
    expect(latestEvents(trails, { since: undefined, limit: 2 })).toHaveLength(2);
    expect(latestEvents(trails, { since: 3000, limit: 10 }).map(({ at }) => at)).toEqual([5000, 4000, 3000]);
  });

  test("are a table for people", () => {
    expect(eventsAsText(latestEvents(trails, { since: undefined, limit: 3 }), { steps: false })).toBe(
      [
        "WHEN                 TOOK   WHO    WHAT               RESULT     CHANGES",
        "1970-01-01 00:00:05  1.0 s  me     update             succeeded  2 create",
        "1970-01-01 00:00:04         alice  user.revoke bob    done",
        "1970-01-01 00:00:03         u1     deploy agent echo  active",
      ].join("\n"),
    );
  });

  test("show the steps of runs where they are wanted", () => {
    const text = eventsAsText(latestEvents(trails, { since: 4000, limit: 10 }), { steps: true });
    expect(text).toBe(
      [
        "1970-01-01 00:00:05  1.0 s  me  update  succeeded  2 create",
        "    create kong (image) because it is new",
        "1970-01-01 00:00:04  alice  user.revoke bob  done",
      ].join("\n"),
    );
  });

  test.each([true, false])("never get lines of their own from names (steps: %s)", (steps) => {
    const hostile = "x\r\n1970-01-01 00:00:09  1.0 s  root  destroy  succeeded";
    const events = latestEvents(
      {
        runs: [],
        agents: [deployed(1, { agent: hostile, owner: hostile, error: hostile })],
        access: [
          granted(2, {
            actor: hostile,
            target: hostile,
            action: `${hostile}.refused`,
            detail: { a: hostile },
          }),
        ],
      },
      { since: undefined, limit: 10 },
    );
    const lines = eventsAsText(events, { steps }).split("\n");
    expect(lines.filter((text) => text.startsWith("1970-01-01 00:00:09"))).toEqual([]);
    expect(lines).toHaveLength(steps ? 2 : 3);
  });

  test("say for programs what they are", () => {
    const [, access, agent] = latestEvents(trails, { since: undefined, limit: 10 }).map(eventAsJson);
    expect(access).toEqual({
      ...{ event: "access", at: "1970-01-01T00:00:04.000Z" },
      ...{ actor: "alice", action: "user.revoke", target: "bob", detail: {} },
    });
    expect(agent).toMatchObject({
      event: "agent",
      at: "1970-01-01T00:00:03.000Z",
      agent: "echo",
      owner: "u1",
    });
  });
});

test("what somebody sent with a refused request is taken out where it looks like a secret", () => {
  expect(withoutSecrets({ reason: "token=abcdefghijkl is over", many: ["a"], all: true })).toEqual({
    ...{ reason: "token=[hidden] is over", many: ["a"], all: true },
  });
});
