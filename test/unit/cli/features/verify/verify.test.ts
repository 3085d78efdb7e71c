import { describe, expect, test } from "vitest";
import { checksFor, type CheckContext } from "../../../../../cli/features/verify/check.ts";
import type { AuthMode } from "../../../../../platform/settings/settings.ts";
import { CHECKS } from "../../../../../cli/features/verify/checks.ts";
import { runChecks } from "../../../../../cli/features/verify/run-checks.ts";
import { aMember, enterpriseContext, simpleContext } from "./check-contexts.ts";

/** What came of each check, by its id. */
async function resultsOf(mode: AuthMode, checked: CheckContext): Promise<Readonly<Record<string, boolean>>> {
  const never = new AbortController().signal;
  const results = await runChecks(checksFor(CHECKS, mode), checked, () => undefined, never);
  return Object.fromEntries(results.map(({ id, ok }) => [id, ok]));
}
const only = (mode: AuthMode): readonly string[] =>
  CHECKS.filter((check) => check.mode === mode).map(({ id }) => id);
const failing = (results: Readonly<Record<string, boolean>>): readonly string[] =>
  Object.keys(results).filter((id) => results[id] === false);

test("the table has all its 20 rows, and no id twice", () => {
  const ids = CHECKS.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(Array.from({ length: 20 }, (_, index) => String(index + 1))));
  expect(new Set(ids).size).toBe(ids.length);
});

describe("a platform that keeps its promises", () => {
  test("passes every check of mode simple", async () => {
    expect(failing(await resultsOf("simple", simpleContext()))).toEqual([]);
  });

  test("passes every check of mode enterprise", async () => {
    expect(failing(await resultsOf("enterprise", enterpriseContext()))).toEqual([]);
  });
});

describe("checked for the other mode", () => {
  test("a simple platform fails every row of mode enterprise, and no other", async () => {
    expect(failing(await resultsOf("enterprise", simpleContext())).toSorted()).toEqual(
      only("enterprise").toSorted(),
    );
  });

  test("an enterprise platform fails every row of mode simple, and no other", async () => {
    expect(failing(await resultsOf("simple", enterpriseContext())).toSorted()).toEqual(
      only("simple").toSorted(),
    );
  });
});

describe("isolation that is broken is noticed:", () => {
  const agent = { kind: "agent", networks: ["nasiko-test-agents"] } as const;
  test.each<[string, string, Partial<CheckContext>]>([
    [
      "a port for everybody",
      "A",
      { members: () => Promise.resolve([aMember("x", { published: ["0.0.0.0"] })]) },
    ],
    [
      "another holder of the socket",
      "B",
      { members: () => Promise.resolve([aMember("x", { mountsDockerSocket: true })]) },
    ],
    ["a privileged container", "C", { members: () => Promise.resolve([aMember("x", { sharesHost: true })]) }],
    [
      "an agent among the data stores",
      "D",
      { members: () => Promise.resolve([aMember("x", { ...agent, networks: ["nasiko-test-data"] })]) },
    ],
    ["a data store that agents find", "E", { agentFinds: (_, host) => Promise.resolve(host === "mongodb") }],
    ["a mode of any name", "20", { refusalOf: () => Promise.resolve(undefined) }],
  ])("%s", async (_, id, over) => {
    expect((await resultsOf("simple", simpleContext(over)))[id]).toBe(false);
  });

  test("a forged token that passes", async () => {
    const checked = enterpriseContext();
    const fooled = enterpriseContext({
      ask: (question) =>
        checked.ask(question.headers === undefined ? question : { ...question, caller: "super user" }),
    });
    const results = await resultsOf("enterprise", fooled);
    expect([results["F"], results["G"]]).toEqual([false, false]);
  });
});

test("an interruption ends the row of checks", async () => {
  const stop = new AbortController();
  const results = await runChecks(CHECKS, simpleContext(), () => stop.abort(), stop.signal);
  expect(results).toHaveLength(1);
});

test("nothing that comes is shown with a body, where secrets could be", async () => {
  const never = new AbortController().signal;
  const results = await runChecks(
    checksFor(CHECKS, "enterprise"),
    enterpriseContext({
      login: () => Promise.resolve({ status: 200, body: { token: "very-secret" }, atGateway: false }),
    }),
    () => undefined,
    never,
  );
  expect(JSON.stringify(results)).not.toContain("very-secret");
});
