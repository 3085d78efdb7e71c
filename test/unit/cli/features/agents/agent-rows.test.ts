import { describe, expect, test } from "vitest";

import type { AgentContainer } from "../../../../../cli/features/agents/observe-agent.ts";
import { age, agentRows } from "../../../../../cli/features/agents/agent-rows.ts";

const VERSION = "0123456789abcdef";

const container = (agent: string, hash: string, more: Partial<AgentContainer> = {}): AgentContainer => ({
  agent,
  hash,
  name: `nasiko-local-agent-${agent}-${hash}`,
  image: `nasiko/agent-${agent}:${VERSION}`,
  managedBy: "pulumi",
  state: "running",
  status: "Up 3 minutes",
  created: 100,
  ...more,
});

const rowsFor = (
  containers: readonly AgentContainer[],
  effective: Readonly<Record<string, string>>,
  served: readonly (readonly [string, string])[] = [],
) =>
  agentRows({
    decisions: { kept: {}, effective },
    observed: { containers, served: { known: true, hashes: new Map(served) } },
    urlOf: (agent) => `http://gateway/${agent}/`,
    now: 160,
  });

describe("the list of agents", () => {
  test("shows what is served, not what is merely newer", () => {
    const failing = container("a", "new", { state: "restarting", status: "Restarting (7)" });
    const [row] = rowsFor([failing, container("a", "old")], { a: "agents/a" }, [["a", "old"]]);
    expect(row).toMatchObject({ state: "served", version: VERSION, age: 60, url: "http://gateway/a/" });
    expect(row?.notes).toEqual([`besides: ${failing.name}, Restarting (7)`]);
  });

  test("tells one that runs and is not served from one that is gone", () => {
    const rows = rowsFor([container("a", "1")], { a: "agents/a", b: "agents/b" });
    expect(rows.map(({ name, state }) => `${name} ${state}`)).toEqual(["a not served", "b missing"]);
  });

  test("says what the next run will do, and what stays where it is", () => {
    const rows = rowsFor(
      [container("a", "1"), container("b", "1"), container("c", "1", { managedBy: "worker" })],
      { b: `agents/b@${VERSION}` },
    );
    expect(rows.map(({ notes }) => notes)).toEqual([
      ["the next `up` removes it"],
      ["stays on this version"],
      ["uploaded"],
    ]);
  });
});

test.each([
  [0, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [7199, "1 h"],
  [200_000, "2 d"],
])("an age of %i seconds reads %s", (seconds, text) => {
  expect(age(seconds)).toBe(text);
});
