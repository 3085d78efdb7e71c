import { describe, expect, test } from "vitest";
import { checksFor, type CheckContext } from "../../../../../cli/features/verify/check.ts";
import type { AuthMode } from "../../../../../platform/settings/settings.ts";
import { CHECKS } from "../../../../../cli/features/verify/checks.ts";
import { runChecks } from "../../../../../cli/features/verify/run-checks.ts";
import { aMember, enterpriseContext, simpleContext, tableOf } from "./check-contexts.ts";

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
    [
      "a data store on the agents' network",
      "I",
      { members: () => Promise.resolve([aMember("mongodb", { networks: ["nasiko-test-agents"] })]) },
    ],
    ["a server that answers to any name", "J", { statusAs: () => Promise.resolve(200) }],
    ["no server of ours to ask", "J", { doors: [] }],
    [
      "an answer for every page",
      "K",
      {
        ask: () => Promise.resolve({ status: 200, body: {}, atGateway: true, readableBy: "*" }),
      },
    ],
    [
      "an agent that gets its callers' tokens",
      "L",
      {
        gatewayTable: () =>
          Promise.resolve(tableOf({ "agent-translator": ["request-transformer"] }, ["Cookie"])),
      },
    ],
    [
      "an agent that gets claims in another spelling",
      "L",
      {
        gatewayTable: async () => {
          const table = await simpleContext().gatewayTable();
          const plugins = table.plugins.map((plugin) => ({
            ...plugin,
            removes: plugin.removes.filter((name) => name !== "X_Consumer_Username"),
          }));
          return { ...table, plugins };
        },
      },
    ],
    ["a gateway that tells nothing", "L", { gatewayTable: () => Promise.reject(new Error("no table")) }],
    [
      "a service behind the gateway that deletes models",
      "N",
      { ask: () => Promise.resolve({ status: 200, body: {}, atGateway: false }) },
    ],
    [
      "an Ollama that agents reach without the gateway",
      "N",
      { members: () => Promise.resolve([aMember("ollama", { networks: ["nasiko-test-agents"] })]) },
    ],
    [
      "a certificate of an authority",
      "O",
      { certificate: () => Promise.resolve({ isAuthority: true, days: 730 }) },
    ],
    [
      "a certificate for twenty years",
      "O",
      { certificate: () => Promise.resolve({ isAuthority: false, days: 7300 }) },
    ],
    ["another image than the locked one", "P", { pinned: { kong: `sha256:${"2".repeat(64)}` } }],
    [
      "a passphrase for everybody",
      "Q",
      { exposedFiles: () => Promise.resolve(["/home/passphrase has mode 0644"]) },
    ],
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

test("row 15 grants an agent for which the second user exists, and fails when there is none", async () => {
  const refused = { status: 404, body: { detail: "There is no such user" }, atGateway: false };
  const row15 = async (foreign: readonly string[]): Promise<boolean | undefined> => {
    const checked = enterpriseContext();
    const owned = enterpriseContext({
      members: async () => [
        ...foreign.map((name) => aMember(name, { kind: "agent", networks: ["nasiko-test-agents"] })),
        ...(await checked.members()),
      ],
      ask: async (question) => {
        const { path, caller } = question;
        if (foreign.some((name) => path.startsWith(`/auth/agents/${name}/`))) return refused;
        const answer = await checked.ask(question);
        if (path !== "/api/v1/registry/user/agents" || caller !== "super user") return answer;
        return { ...answer, body: { data: ["translator", ...foreign].map((id) => ({ id })) } };
      },
    });
    return (await resultsOf("enterprise", owned))["15"];
  };
  expect(await row15(["of-another-organization"])).toBe(true);
  expect(await row15(["translator", "of-another-organization"])).toBe(false);
});

describe("a route without a guard is noticed:", () => {
  const GUARDED = ["jwt", "acl"];
  const found = async (guards: Readonly<Record<string, readonly string[]>>): Promise<boolean | undefined> => {
    const checked = enterpriseContext({ gatewayTable: () => Promise.resolve(tableOf(guards)) });
    return (await resultsOf("enterprise", checked))["M"];
  };

  test.each<[string, Readonly<Record<string, readonly string[]>>]>([
    ["no plugin at all", { "backend-api-proxy": [] }],
    ["a token that gives no group", { "backend-api-proxy": ["jwt"] }],
    ["a group without a token", { "backend-api-proxy": ["acl"] }],
    ["a service that nobody knows", { foreign: [] }],
    ["an agent's", { "agent-translator": ["request-transformer"] }],
    ["models for everybody", { ollama: [] }],
  ])("%s", async (_, guards) => {
    expect(await found(guards)).toBe(false);
  });

  test("plugins of other routes, switched off, or for callers without a name guard nothing", async () => {
    const table = tableOf({ "backend-api-proxy": GUARDED });
    const changes: readonly Partial<(typeof table.plugins)[number]>[] = [
      { enabled: false },
      { route: "another" },
      { service: "another" },
      { anonymous: "everybody" },
    ];
    for (const change of changes) {
      const plugins = table.plugins.map((plugin) =>
        plugin.name === "jwt" ? { ...plugin, ...change } : plugin,
      );
      const checked = enterpriseContext({ gatewayTable: () => Promise.resolve({ ...table, plugins }) });
      expect((await resultsOf("enterprise", checked))["M"], JSON.stringify(change)).toBe(false);
    }
  });

  test("those that ask for a token, or answer themselves, pass", async () => {
    expect(await found({ "backend-api-proxy": GUARDED, "no-route": ["request-termination"] })).toBe(true);
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
