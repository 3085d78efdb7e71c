import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { NasikoError } from "../../../../platform/errors/define-error.ts";
import { bundleImages } from "../../../../services/bundle/bundle.ts";

const REPOSITORY = join(import.meta.dirname, "../../../..");
const GREETER = "services/greeter";
const PROGRAM = `${GREETER}/dist/main.mjs`;

/** A checkout with one service, which uses a shared module and two packages, and has a page. */
const FILES: Readonly<Record<string, string>> = {
  "package-lock.json": "{}",
  "services/lib/name.ts": 'export const name: string = "world";\n',
  [`${GREETER}/package.json`]: JSON.stringify({
    bundle: { entries: ["src/main.ts"], page: { modules: "src/page", files: "public" } },
  }),
  [`${GREETER}/src/main.ts`]:
    'import greet from "greet";\nimport { shout } from "@scope/shout";\nimport { name } from "../../lib/name.ts";\nconsole.log(shout(greet(name)));\n',
  [`${GREETER}/src/page/boot.ts`]: 'import { one } from "./one.ts";\nexport const two: number = one + 1;\n',
  [`${GREETER}/src/page/one.ts`]: "export const one: number = 1;\n",
  [`${GREETER}/public/index.html`]: "<!doctype html>\n",
  "node_modules/greet/package.json": JSON.stringify({ name: "greet", version: "1.2.3", license: "MIT" }),
  "node_modules/greet/LICENSE": "Permission is granted to greet.\r\n",
  "node_modules/greet/index.js": "module.exports = (name) => `Hello, ${name}`;\n",
  "node_modules/@scope/shout/package.json": JSON.stringify({
    name: "@scope/shout",
    version: "2.0.0",
    license: { type: "ISC" },
    type: "module",
    main: "index.js",
  }),
  "node_modules/@scope/shout/index.js": "export const shout = (text) => `${text}!`;\n",
  // Only their state is looked at: what made a bundle.
  "node_modules/esbuild/package.json": "{}",
  "services/bundle/bundle.ts": "",
  "services/bundle/image-bundle.ts": "",
  "services/bundle/licences.ts": "",
  "node_modules/unused/package.json": JSON.stringify({ name: "unused", version: "1.0.0" }),
};

let base: string;
let root: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "nasiko-bundle-")));
  root = checkout("checkout");
});
afterEach(() => rmSync(base, { recursive: true }));

function checkout(name: string): string {
  const folder = join(base, name);
  for (const [path, content] of Object.entries(FILES)) write(join(folder, path), content);
  return folder;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Everything below `dist` of the service, by path. */
function made(folder: string): Readonly<Record<string, string>> {
  const dist = join(folder, GREETER, "dist");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(dist, path)).isFile())
    .toSorted();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(dist, path), "latin1")]));
}

function problemOf(run: () => unknown): NasikoError {
  try {
    run();
  } catch (error) {
    if (error instanceof NasikoError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a bundle", () => {
  test("is one program, its map, its licences, and the page with the names that a browser asks for", () => {
    expect(bundleImages(root)).toEqual([GREETER]);
    expect(Object.keys(made(root))).toEqual([
      "THIRD_PARTY_LICENSES.txt",
      "main.mjs",
      "main.mjs.map",
      "public/boot.js",
      "public/index.html",
      "public/one.js",
    ]);
    expect(read(`${GREETER}/dist/public/boot.js`)).toContain('from "./one.js"');
  });

  test("is the same byte for byte in another folder, also by way of links", () => {
    const other = checkout("quite/another/place");
    renameSync(join(other, "node_modules"), join(base, "packages"));
    symlinkSync("../../../packages", join(other, "node_modules"));
    symlinkSync(other, join(base, "link"));
    bundleImages(root);
    bundleImages(join(base, "link"));
    expect(made(other)).toEqual(made(root));
  });

  test("names no folder of this machine", () => {
    bundleImages(root);
    for (const [path, content] of Object.entries(made(root)))
      expect({ path, found: content.includes(base) }).toEqual({ path, found: false });
  });

  test("carries the licences of what is in it, and of nothing else", () => {
    bundleImages(root);
    const licences = read(`${GREETER}/dist/THIRD_PARTY_LICENSES.txt`);
    expect(licences).toContain("greet 1.2.3 (MIT)\n\nPermission is granted to greet.\n");
    expect(licences).toContain("@scope/shout 2.0.0 (ISC)\n");
    expect(licences).not.toContain("unused");
  });
});

describe("a bundle that was made", () => {
  /** Seen from the outside: a file that is made again is another file. */
  const fileNumber = (): number => statSync(join(root, PROGRAM)).ino;

  test("is not made again, also when everything has a newer time", () => {
    bundleImages(root);
    const before = fileNumber();
    const tomorrow = new Date(Date.now() + 86_400_000);
    for (const path of Object.keys(FILES)) utimesSync(join(root, path), tomorrow, tomorrow);
    expect(bundleImages(root)).toEqual([]);
    expect(bundleImages(root)).toEqual([]);
    expect(fileNumber()).toBe(before);
  });

  test.each([
    ["its own source", `${GREETER}/src/main.ts`, 'console.log("bye");\n'],
    ["a shared module", "services/lib/name.ts", 'export const name: string = "moon";\n'],
    ["a package", "node_modules/greet/index.js", "module.exports = () => 'Hi';\n"],
    ["a licence", "node_modules/greet/LICENSE", "Permission is denied.\n"],
    ["a module of the page", `${GREETER}/src/page/one.ts`, "export const one: number = 11;\n"],
    ["a file of the page", `${GREETER}/public/index.html`, "<title>\n"],
    ["the lock file", "package-lock.json", '{ "packages": {} }'],
    ["the bundler", "node_modules/esbuild/package.json", '{ "version": "9" }'],
    ["the bundle itself", PROGRAM, "damaged"],
  ])("is made again when %s changes", (_what, path, content) => {
    bundleImages(root);
    writeFileSync(join(root, path), content);
    expect(bundleImages(root)).toEqual([GREETER]);
    expect(bundleImages(root)).toEqual([]);
    expect(read(PROGRAM)).not.toBe("damaged");
  });

  test("is made again when a file of it is gone, or a module is new", () => {
    bundleImages(root);
    rmSync(join(root, `${PROGRAM}.map`));
    expect(bundleImages(root)).toEqual([GREETER]);
    write(join(root, GREETER, "src/page/new.ts"), "export const fresh = true;\n");
    expect(bundleImages(root)).toEqual([GREETER]);
    expect(made(root)).toHaveProperty(["public/new.js"]);
    rmSync(join(root, GREETER, "src/page/new.ts"));
    expect(bundleImages(root)).toEqual([GREETER]);
    expect(made(root)).not.toHaveProperty(["public/new.js"]);
  });

  test.each(["{", "null", "[]", "{}", '{"files":{},"bundles":{"services/greeter":{}}}'])(
    "is made again when the record of it is %s",
    (record) => {
      bundleImages(root);
      writeFileSync(join(root, ".nasiko/bundles.json"), record);
      expect(bundleImages(root)).toEqual([GREETER]);
      expect(bundleImages(root)).toEqual([]);
    },
  );
});

describe("what cannot be bundled is refused by file and reason", () => {
  test.each([
    [
      "a syntax error",
      `${GREETER}/src/main.ts`,
      "const = 1;\n",
      /^services\/greeter\/src\/main\.ts:1: Expected/,
    ],
    ["a package that is not there", "services/lib/name.ts", 'import "gone";\n', /name\.ts:1: .*"gone"/],
    ["a package.json that is no JSON", `${GREETER}/package.json`, "{", /^services\/greeter\/package\.json: /],
    [
      "a field of the wrong kind",
      `${GREETER}/package.json`,
      '{ "bundle": { "entries": "src/main.ts" } }',
      /^services\/greeter\/package\.json: bundle\.entries: /,
    ],
    [
      "an entry that does not exist",
      `${GREETER}/package.json`,
      '{ "bundle": { "entries": ["src/none.ts"] } }',
      /services\/greeter\/src\/none\.ts/,
    ],
    [
      "a package without a licence",
      "node_modules/@scope/shout/package.json",
      '{ "name": "@scope/shout", "version": "2.0.0", "type": "module", "main": "index.js" }',
      /^@scope\/shout 2\.0\.0 does not say/,
    ],
  ])("%s", (_what, path, content, detail) => {
    writeFileSync(join(root, path), content);
    const { code, detail: said } = problemOf(() => bundleImages(root));
    expect(code).toBe("NSK-BUNDLE-FAILED");
    expect(said).toMatch(detail);
    expect(existsSync(join(root, GREETER, "dist"))).toBe(false);
  });
});

describe("the repository", () => {
  const folders = ["services", "offline/stand-ins"].flatMap((parent) =>
    readdirSync(join(REPOSITORY, parent)).map((name) => `${parent}/${name}`),
  );
  const dockerfiles = folders
    .map((folder) => `${folder}/Dockerfile`)
    .filter((path) => existsSync(join(REPOSITORY, path)));

  test("has no image of ours that installs packages from npm", () => {
    expect(dockerfiles.length).toBeGreaterThan(10);
    for (const path of dockerfiles)
      expect({
        path,
        lines: readFileSync(join(REPOSITORY, path), "utf8").match(/.*\b(npm|npx|yarn|pnpm|corepack)\b.*/g),
      }).toEqual({ path, lines: null });
  });

  test("has bundles that name no folder of this machine", () => {
    for (const folder of folders.filter((path) => existsSync(join(REPOSITORY, path, "dist"))))
      for (const entry of readdirSync(join(REPOSITORY, folder, "dist"), { withFileTypes: true }))
        if (entry.isFile())
          expect({
            file: `${folder}/dist/${entry.name}`,
            found: readFileSync(join(REPOSITORY, folder, "dist", entry.name)).includes(REPOSITORY),
          }).toEqual({ file: `${folder}/dist/${entry.name}`, found: false });
  });
});
