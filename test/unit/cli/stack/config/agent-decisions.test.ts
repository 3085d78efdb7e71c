import { expect, test } from "vitest";

import { variablesFor } from "../../../../../cli/stack/config/agent-decisions.ts";

const decisions = {
  effective: { weather: "../weather@0123456789abcdef" },
  variables: { kept: {}, effective: { weather: ["KEY"] } },
};

test("an agent keeps the variables that were named for its folder, whatever version of it runs", () => {
  expect(variablesFor(decisions, "weather", "../weather")).toEqual(["KEY"]);
  expect(variablesFor(decisions, "weather", "../weather", ["A", "B", "A"])).toEqual(["A", "B"]);
});

test("what was named for a folder is not for another one that takes its place", () => {
  expect(variablesFor(decisions, "weather", "../elsewhere")).toEqual([]);
  expect(variablesFor(decisions, "other", "../weather")).toEqual([]);
});
