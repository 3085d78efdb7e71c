import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BASE_NAMES, BASE_RECIPES, baseIdentity } from "../../../../platform/images/base-recipes.ts";
import { packageFolder } from "../../../../platform/package-folder.ts";
import { describeImage } from "../../../../platform/images/describe-image.ts";
import type { ImageBuild, ImageSource } from "../../../../platform/images/describe-image.ts";
import { NasikoError } from "../../../../platform/errors/define-error.ts";
import { file, plant, withFolder } from "./trees.ts";
import type { Tree } from "./trees.ts";

const AGENT: Tree = [
  file("agents/translator/Dockerfile", "FROM node:24-slim\nCOPY . /app\n"),
  file("agents/translator/.dockerignore", "*.log\n"),
  file("agents/translator/src/main.ts", "1"),
];

const translator = (root: string, more: Partial<ImageSource> = {}): ImageBuild =>
  describeImage({
    root,
    name: "agent-translator",
    context: "agents/translator",
    publicImages: "offline",
    ...more,
  });

function problemOf(run: () => unknown): NasikoError {
  try {
    run();
  } catch (error) {
    if (error instanceof NasikoError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const inFolder = (tree: Tree, run: (root: string) => void): void => {
  withFolder((root) => {
    plant(root, tree);
    run(root);
  });
};

describe("describing an image", () => {
  test("names it by its content, and says what to build from where", () => {
    inFolder(AGENT, (root) => {
      const node = baseIdentity("base-node").reference;
      const build = translator(root);
      expect(build).toEqual({
        name: "agent-translator",
        hash: expect.stringMatching(/^v1:[0-9a-f]{64}$/) as string,
        reference: `nasiko/agent-translator:${build.hash.slice(3, 19)}`,
        context: "./agents/translator",
        dockerfile: {
          path: ".nasiko/dockerfiles/agent-translator.Dockerfile",
          generated: `FROM ${node}\nCOPY . /app\n`,
        },
        args: {},
        bases: [node],
        publicBases: [],
        mappings: [{ from: "node:24-slim", to: node }],
        buildKit: [],
      });
    });
  });

  test("misses the bundle of one of our own images, and of no other", () => {
    const dockerfile = "FROM node:24-slim\nCOPY dist ./\n";
    const bundle: Tree = [file("services/web/dist/main.mjs", "1")];
    const page: Tree = [file("services/web/dist/public/index.html", "1")];
    const web = (more: Tree, bundled: boolean): (() => ImageBuild | undefined) => {
      return () => {
        let build: ImageBuild | undefined;
        inFolder([file("services/web/Dockerfile", dockerfile), ...more], (root) => {
          const source = { root, name: "web", context: "services/web", publicImages: "offline" } as const;
          build = describeImage({ ...source, bundled });
        });
        return build;
      };
    };
    for (const incomplete of [[], page])
      expect(problemOf(web(incomplete, true))).toMatchObject({
        code: "NSK-BUNDLE-MISSING",
        message: "Image web has no bundle: there is no program in services/web/dist.",
      });
    expect(web(bundle, true)()?.name).toBe("web");
    expect(web(page, false)()?.name).toBe("web");
  });

  test("uses the Dockerfile as it is when nothing was mapped", () => {
    inFolder([file("x/Dockerfile", "FROM scratch\nCOPY . /\n")], (root) => {
      const build = describeImage({ root, name: "x", context: "x", publicImages: "offline" });
      expect(build.dockerfile).toEqual({ path: "x/Dockerfile" });
      expect(build.bases).toEqual([]);
    });
  });

  test("gives another checkout, and one with ignored files in it, the same hash", () => {
    inFolder(AGENT, (root) => {
      const { hash } = translator(root);
      inFolder([...AGENT].reverse(), (other) => {
        writeFileSync(join(other, "agents/translator/debug.log"), "noise");
        expect(translator(other).hash).toBe(hash);
      });
    });
  });

  test.each<readonly [string, (root: string) => Partial<ImageSource>]>([
    [
      "a byte of a nested file",
      (root) => (writeFileSync(join(root, "agents/translator/src/main.ts"), "2"), {}),
    ],
    ["a build argument", () => ({ args: { VERSION: "2" } })],
    [
      "the base",
      (root) => (
        writeFileSync(join(root, "agents/translator/Dockerfile"), "FROM debian:12\nCOPY . /app\n"),
        {}
      ),
    ],
    [
      "the ignore file",
      (root) => (writeFileSync(join(root, "agents/translator/.dockerignore"), "src\n"), {}),
    ],
  ])("%s changes the hash, and undoing it brings the old one back", (_what, change) => {
    inFolder(AGENT, (root) => {
      const before = translator(root).hash;
      expect(translator(root, change(root)).hash).not.toBe(before);
      rmSync(join(root, "agents"), { recursive: true });
      plant(root, AGENT);
      expect(translator(root).hash).toBe(before);
    });
  });

  test("the Dockerfile's own ignore file wins over .dockerignore, and goes with a generated Dockerfile", () => {
    inFolder([...AGENT, file("agents/translator/Dockerfile.dockerignore", "src\n")], (root) => {
      const build = translator(root);
      expect(build.dockerfile.generatedIgnore).toBe("src\n");
      writeFileSync(join(root, "agents/translator/src/main.ts"), "other");
      expect(translator(root).hash).toBe(build.hash);
      writeFileSync(join(root, "agents/translator/debug.log"), "not ignored any more");
      expect(translator(root).hash).not.toBe(build.hash);
    });
  });

  test("takes another Dockerfile of the same folder", () => {
    inFolder([...AGENT, file("agents/translator/Dockerfile.worker", "FROM debian:12\n")], (root) => {
      expect(translator(root, { dockerfile: "Dockerfile.worker" }).dockerfile.generated).toBe(
        `FROM ${baseIdentity("base-debian").reference}\n`,
      );
    });
  });

  test("writes the context relative to the root, however it was given", () => {
    inFolder([file("Dockerfile", "FROM scratch\n"), file("a/b/Dockerfile", "FROM scratch\n")], (root) => {
      const contextOf = (context: string): string =>
        describeImage({ root, name: "x", context, publicImages: "offline" }).context;
      expect(["a/b", "./a/b", "a/b/", "."].map(contextOf)).toEqual(["./a/b", "./a/b", "./a/b", "."]);
    });
  });

  test("refuses a folder without a Dockerfile, and one that is not there", () => {
    inFolder([file("a/README.md")], (root) => {
      for (const context of ["a", "b"]) {
        const problem = problemOf(() => describeImage({ root, name: "x", context, publicImages: "offline" }));
        expect(problem).toMatchObject({ code: "NSK-DOCKERFILE-MISSING", exitCode: 11 });
        expect(problem.message).toContain(`${context}/Dockerfile`);
      }
    });
  });

  test("refuses a base that it cannot make, naming it, its line, and what there is", () => {
    inFolder([file("a/Dockerfile", "\nFROM alpine:3.20\nFROM node:24\n")], (root) => {
      const problem = problemOf(() =>
        describeImage({ root, name: "x", context: "a", publicImages: "offline" }),
      );
      expect(problem).toMatchObject({ code: "NSK-BASE-UNKNOWN", exitCode: 14 });
      expect(problem.message).toContain("alpine:3.20");
      expect(problem.detail).toContain("a/Dockerfile:2: alpine:3.20");
      expect(problem.detail).toContain("node:24-slim, node:22-slim");
    });
  });

  test.each([
    ["", "it has no FROM line"],
    ["ARG B\nFROM $B\n", "line 2 names no image, because $B has no value"],
  ])("refuses the Dockerfile %j", (content, reason) => {
    inFolder([file("a/Dockerfile", content)], (root) => {
      const problem = problemOf(() =>
        describeImage({ root, name: "x", context: "a", publicImages: "offline" }),
      );
      expect(problem.code).toBe("NSK-DOCKERFILE-INVALID");
      expect(problem.message).toContain(reason);
    });
  });

  test("refuses a Dockerfile that is not text", () => {
    inFolder([file("a/Dockerfile")], (root) => {
      writeFileSync(join(root, "a/Dockerfile"), Buffer.from([0x46, 0xff]));
      const run = (): unknown => describeImage({ root, name: "x", context: "a", publicImages: "offline" });
      expect(problemOf(run).message).toContain("not UTF-8");
    });
  });
});

describe("the identity of a base", () => {
  const copyRecipes = (to: string): void => {
    cpSync(join(packageFolder(), "offline/bases"), join(to, "offline/bases"), {
      recursive: true,
      preserveTimestamps: false,
    });
  };

  test("is the same in another folder, and short in the reference", () => {
    withFolder((folder) => {
      copyRecipes(folder);
      for (const name of BASE_NAMES) {
        const identity = baseIdentity(name);
        expect(baseIdentity(name, folder)).toEqual(identity);
        expect(identity.reference).toBe(`localhost/nasiko/${name}:${identity.hash.slice(3, 15)}`);
      }
    });
  });

  test("changes with its own files and with those of the base below", () => {
    withFolder((folder) => {
      copyRecipes(folder);
      writeFileSync(join(folder, BASE_RECIPES["base-debian"].folder, "build-rootfs.sh"), "#!/bin/sh\n");
      for (const name of BASE_NAMES)
        expect(baseIdentity(name, folder).hash).not.toBe(baseIdentity(name).hash);
      copyRecipes(folder);
      writeFileSync(join(folder, BASE_RECIPES["base-node"].folder, "more"), "");
      expect(baseIdentity("base-debian", folder).hash).toBe(baseIdentity("base-debian").hash);
      expect(baseIdentity("base-node", folder).hash).not.toBe(baseIdentity("base-node").hash);
    });
  });
});
