import { describe, expect, test } from "vitest";

import type { ContainerRule, Rule, StackRule } from "../../../policies/rules/rule.ts";
import { RULES } from "../../../policies/rules/all.ts";
import { CONTAINER_EXAMPLES, GOOD, GOOD_STACK, STACK_EXAMPLES } from "./examples.ts";

const range = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, "0")}`);

const isContainerRule = (rule: Rule): rule is ContainerRule => rule.scope === "container";
const isStackRule = (rule: Rule): rule is StackRule => rule.scope === "stack";

test("C01 to C32 and S01 to S09 are there, each once, with both kinds of example", () => {
  const expected = [...range("C", 32), ...range("S", 9)];
  expect(RULES.map(({ id }) => id)).toEqual(expected);
  expect(Object.keys({ ...CONTAINER_EXAMPLES, ...STACK_EXAMPLES }).toSorted()).toEqual(expected);
});

describe.each(RULES.filter(isContainerRule))("$id: $title", ({ id, check }) => {
  const { passes, fails } = CONTAINER_EXAMPLES[id] ?? { passes: [], fails: [] };

  test("holds for what keeps it", () => {
    for (const facts of [{}, ...passes])
      expect(check({ ...GOOD, ...facts }), JSON.stringify(facts)).toEqual([]);
  });

  test("says what breaks it", () => {
    expect(fails).not.toHaveLength(0);
    for (const facts of fails)
      expect(check({ ...GOOD, ...facts }), JSON.stringify(facts)).not.toHaveLength(0);
  });
});

describe.each(RULES.filter(isStackRule))("$id: $title", ({ id, check }) => {
  const { passes, fails } = STACK_EXAMPLES[id] ?? { passes: [], fails: [] };

  test("holds for what keeps it", () => {
    for (const stack of [GOOD_STACK, ...passes]) expect(check(stack)).toEqual([]);
  });

  test("says what breaks it", () => {
    expect(fails).not.toHaveLength(0);
    for (const stack of fails) expect(check(stack)).not.toHaveLength(0);
  });
});

test("where a rule asks for something else than its source, or is off, it says why", () => {
  for (const rule of RULES.filter(({ levels }) => Object.values(levels).includes("off")))
    expect(rule.adapted, rule.id).toBeTruthy();
});
