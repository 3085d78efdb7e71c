import { expect, test } from "vitest";

import { compareStacks } from "../../../../../cli/features/diff/compare-stacks.ts";
import { resolveSettings } from "../../../../../platform/settings/resolve.ts";

const root = new URL("../../../../..", import.meta.url).pathname;

const settingsOf = (stack: string, config: Readonly<Record<string, string>> = {}) => {
  const stackConfig = Object.fromEntries(
    Object.entries({ publicImages: "offline", ...config }).map(([name, value]) => [`nasiko:${name}`, value]),
  );
  const result = resolveSettings({ stack, architecture: "x64", env: [], stackConfig });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.resolved;
};

const compare = (left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>) =>
  compareStacks({ root, left: settingsOf("left", left), right: settingsOf("right", right) });

test("two stacks of one config are alike, whatever they are called", () => {
  expect(compare({}, {})).toMatchObject({ settings: [], differences: [] });
});

test("ports that an offset moves are no settings of their own, and a default that is written down is no difference", () => {
  const { settings, differences } = compare({ portKong: "9100" }, { portOffset: "1000", portKong: "9100" });
  expect(settings.map(({ setting }) => setting)).toEqual(["portOffset"]);
  expect(differences).toContainEqual({
    subject: "nasiko-web",
    what: "port 4000",
    left: "127.0.0.1:4000",
    right: "127.0.0.1:5000",
    because: ["portOffset"],
  });
  expect(compare({ portKong: "9100" }, {})).toMatchObject({ settings: [], differences: [] });
});

test("each difference is laid at the door of the setting that makes it", () => {
  const { settings, differences } = compare({}, { portMongodb: "27017", without: "n8n" });
  expect(settings.map(({ setting }) => setting).toSorted()).toEqual(["portMongodb", "without"]);
  expect(differences).toContainEqual({
    subject: "mongodb",
    what: "port 27017",
    left: "-",
    right: "127.0.0.1:27017",
    because: ["portMongodb"],
  });
  expect(differences).toContainEqual({
    subject: "n8n",
    what: "is there",
    left: "service",
    right: "-",
    because: ["without"],
  });
});

test("a secret is only said to be set", () => {
  const text = JSON.stringify(compare({}, { openaiApiKey: "sk-very-secret-indeed" }));
  expect(text).toContain("openaiApiKey");
  expect(text).not.toContain("sk-very-secret-indeed");
});
