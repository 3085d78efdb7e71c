import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

import { withAgents, withAgentVariables } from "../../../../../cli/features/agents/edit-config.ts";

const FILE = `# The stack of a laptop.
encryptionsalt: v1:abc

config:
    nasiko:portKong: "9200" # taken on this machine
    nasiko:agents:
        # ours
        translator: agents/translator

        calculator: 'agents/calculator' # in Python
    nasiko:authMode: simple
`;

const agentsIn = (text: string): unknown =>
  (parse(text) as { readonly config: Record<string, unknown> }).config["nasiko:agents"];

describe("a config file with other agents", () => {
  test("keeps comments, order, quotes and indentation", () => {
    const agents = { translator: "agents/translator", calculator: "agents/calculator" };
    expect(withAgents(FILE, agents)).toBe(FILE);
    expect(withAgents(FILE, { ...agents, weather: "../weather" })).toBe(
      FILE.replace("# in Python\n", "# in Python\n        weather: ../weather\n"),
    );
    expect(withAgents(FILE, { ...agents, translator: "agents/translator@0123456789abcdef" })).toBe(
      FILE.replace("agents/translator\n", "agents/translator@0123456789abcdef\n"),
    );
    expect(withAgents(FILE, { translator: "agents/translator" })).toContain("# taken on this machine");
    expect(withAgents(FILE, { translator: "agents/translator" })).not.toContain("calculator");
  });

  test("is made when there is none, and keeps a list that has become empty", () => {
    expect(withAgents("", { a: "b" })).toBe("config:\n  nasiko:agents:\n    a: b\n");
    expect(agentsIn(withAgents(FILE, {}))).toEqual({});
    expect(agentsIn(withAgents(withAgents(FILE, {}), { a: "b" }))).toEqual({ a: "b" });
  });

  test("takes the place of a list that was written as text", () => {
    expect(agentsIn(withAgents("config:\n  nasiko:agents: a=x,b=y\n", { a: "x" }))).toEqual({ a: "x" });
  });

  test("refuses what is no YAML", () => {
    expect(() => withAgents("config: [", { a: "b" })).toThrow();
  });

  test("says what was decided, whatever it is called; deciding twice changes nothing", () => {
    const names = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);
    const folders = fc.stringMatching(/^[\w. #:'"-]{1,20}$/);
    fc.assert(
      fc.property(fc.dictionary(names, folders), fc.dictionary(names, folders), (before, agents) => {
        const once = withAgents(withAgents(FILE, before), agents);
        expect(agentsIn(once)).toEqual(agents);
        expect(withAgents(once, agents)).toBe(once);
        expect(once).toContain("# taken on this machine");
      }),
    );
  });
});

describe("the variables that agents may have", () => {
  test("are kept as a list by agent, and go when there are none", () => {
    const once = withAgentVariables(FILE, { weather: ["KEY", "UNITS"] });
    expect(once).toContain("nasiko:agentEnv:");
    expect(parse(once)).toMatchObject({ config: { "nasiko:agentEnv": { weather: ["KEY", "UNITS"] } } });
    expect(withAgentVariables(once, { weather: ["KEY", "UNITS"] })).toBe(once);
    expect(withAgentVariables(once, {})).toBe(FILE);
    expect(withAgentVariables(FILE, {})).toBe(FILE);
  });
});
