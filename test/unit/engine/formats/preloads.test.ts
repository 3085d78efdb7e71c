import { describe, expect, test } from "vitest";
import { isPlainBase, preloadVariables } from "../../../../engine/formats/preloads.ts";

const PRELOADS = { node: "/p/register.cjs", python: "/p/python" };
const variables = (given: Readonly<Record<string, string>>, command?: string) =>
  preloadVariables(PRELOADS, (name) => given[name], command);

describe("what interpreters load first", () => {
  test("is named where nothing else is", () => {
    expect(variables({})).toEqual({ NODE_OPTIONS: "--require=/p/register.cjs", PYTHONPATH: "/p/python" });
    expect(variables({ NODE_OPTIONS: "", PYTHONPATH: "" })).toEqual(variables({}));
  });

  test("comes after what the program has already", () => {
    expect(variables({ NODE_OPTIONS: "--max-old-space-size=64", PYTHONPATH: "/app:" })).toEqual({
      NODE_OPTIONS: "--max-old-space-size=64 --require=/p/register.cjs",
      // An empty entry is the current folder, and stays it.
      PYTHONPATH: "/app::/p/python",
    });
  });

  test.each([
    [{ NODE_OPTIONS: "--permission --allow-fs-read=/app" }, ""],
    [{}, "node --experimental-permission main.js"],
  ])("is left out for Node where files are named one by one: %j %s", (given, command) => {
    expect(variables(given, command)).toEqual({ PYTHONPATH: "/p/python" });
  });
});

describe("bases whose variables are known", () => {
  test.each([
    ["python:3.13-slim", true],
    ["docker.io/library/node:24@sha256:0", true],
    ["ghcr.io/astral-sh/uv:python3.13-bookworm-slim", true],
    ["gcr.io/distroless/nodejs22-debian12", true],
    ["scratch", false],
    ["", false],
    ["$BASE", false],
    ["acme/agents:1", false],
    ["ghcr.io/astral-sh/uvx:1", false],
    ["registry.example:5000/python:3", false],
  ])("%s: %s", (reference, plain) => {
    expect(isPlainBase(reference)).toBe(plain);
  });
});
