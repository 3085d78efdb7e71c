import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { buildKitFeatures, withoutCaches, withoutSyntax } from "../../../../engine/formats/buildkit.ts";

describe("what a Dockerfile needs BuildKit for", () => {
  test.each<readonly [string, readonly (readonly [string, number, string?])[]]>([
    ["FROM a\nRUN pip install x\nCOPY --chown=1 --from=b / /\n", []],
    ["FROM a\nRUN --mount=type=cache,target=/c pip install x\n", [["RUN --mount", 2]]],
    [
      "FROM a\nRUN --network=none --security=insecure x\n",
      [
        ["RUN --network", 2],
        ["RUN --security", 2],
      ],
    ],
    [
      "FROM a\nCOPY --chmod=755 x /\nADD --chmod=600 y /\n",
      [
        ["COPY --chmod", 2],
        ["ADD --chmod", 3],
      ],
    ],
    ["FROM a\nCOPY --link x /\n", [["COPY --link", 2, "1.42"]]],
    ["FROM a\nRUN <<EOF\necho --mount\nEOF\n", [["a here-document", 2, "1.42"]]],
    ["FROM a\nCOPY <<-'X' /y\nb\nX\n", [["a here-document", 2, "1.42"]]],
    ["FROM a\nRUN echo --mount=type=cache\n", []],
    ["FROM a\nRUN cat x <<< y && echo 1 << 2\n", []],
    ["# syntax=docker/dockerfile:1\nFROM --platform=linux/amd64 a\n", []],
  ])("%j", (dockerfile, features) => {
    expect(buildKitFeatures(dockerfile)).toEqual(
      features.map(([name, line, api]) => ({ name, line, ...(api === undefined ? {} : { api }) })),
    );
  });
});

describe("a choice of another reader", () => {
  test.each([
    [
      "# syntax=docker/dockerfile:1.7\nFROM a\n",
      "# syntax is not taken from a registry:docker/dockerfile:1.7\nFROM a\n",
    ],
    ["# escape=`\n#Syntax = x\nFROM a\n", "# escape=`\n#Syntax  is not taken from a registry: x\nFROM a\n"],
    ["# a comment\n# syntax=x\nFROM a\n", "# a comment\n# syntax=x\nFROM a\n"],
    ["FROM a\n# syntax=x\n", "FROM a\n# syntax=x\n"],
  ])("%j", (dockerfile, without) => {
    expect(withoutSyntax(dockerfile)).toBe(without);
  });

  test("is all that is taken away, and no line moves", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(withoutSyntax(text).split("\n")).toHaveLength(text.split("\n").length);
        if (!/syntax/i.test(text)) expect(withoutSyntax(text)).toBe(text);
      }),
    );
  });
});

describe("cache mounts", () => {
  test.each([
    ["FROM a\nRUN --mount=type=cache,target=/c x\n", "FROM a\nRUN  x\n"],
    [
      "FROM a\nRUN --mount=target=/c,type=cache --network=none x --mount=type=cache\n",
      "FROM a\nRUN  --network=none x --mount=type=cache\n",
    ],
    ["FROM a\nRUN --mount=type=bind,target=/c x\n", "FROM a\nRUN --mount=type=bind,target=/c x\n"],
    [
      "FROM a\nRUN --mount=type=cache,target=/a \\\n  --mount=type=cache,target=/b \\\n  x\n",
      "FROM a\nRUN  \\\n   \\\n  x\n",
    ],
  ])("%j", (dockerfile, without) => {
    expect(withoutCaches(dockerfile)).toBe(without);
    expect(buildKitFeatures(without).filter(({ name }) => name === "RUN --mount")).toHaveLength(
      without.includes("type=bind") ? 1 : 0,
    );
  });
});
