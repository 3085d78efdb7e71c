import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

const REPOSITORY = join(import.meta.dirname, "../..");

/** A checkout with one package, in which npm only tells that it was called, and "installs" what the lock file names. */
let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "nasiko-launcher-")));
  copyFileSync(join(REPOSITORY, "nasiko"), join(root, "nasiko"));
  cpSync(join(REPOSITORY, "cli/launcher"), join(root, "cli/launcher"), { recursive: true });
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "cli/main.ts"), 'console.log("the command ran");');
  lockVersion("1.0.0");
  mkdirSync(join(root, "bin"));
  const npm = `#!/bin/sh
echo "npm $*" >>"${join(root, "npm.log")}"
rm -rf node_modules/* && mkdir -p node_modules/tool
cp package-lock.json node_modules/.package-lock.json
`;
  writeFileSync(join(root, "bin/npm"), npm);
  chmodSync(join(root, "bin/npm"), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

const modules = (): string => join(root, "node_modules");

function lockVersion(version: string): void {
  const packages = { "": {}, "node_modules/tool": { version, integrity: `sha512-${version}` } };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
}

function launch(): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const path = [join(root, "bin"), process.env["PATH"]].join(delimiter);
  return spawnSync(join(root, "nasiko"), [], {
    encoding: "utf8",
    env: { ...process.env, PATH: path, NODE_COMPILE_CACHE: join(root, "compiled") },
  });
}

/** How often npm was called so far. */
function npmCalls(): number {
  const log = join(root, "npm.log");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
}

function expectRan({ status, stdout }: ReturnType<typeof launch>): void {
  expect(stdout).toBe("the command ran\n");
  expect(status).toBe(0);
}

test("packages are installed once, and the command runs", () => {
  expectRan(launch());
  expectRan(launch());
  expect(npmCalls()).toBe(1);
});

test("a lock file with a newer time and the same content installs nothing", () => {
  launch();
  const tomorrow = new Date(Date.now() + 86_400_000);
  utimesSync(join(root, "package-lock.json"), tomorrow, tomorrow);
  expectRan(launch());
  expect(npmCalls()).toBe(1);
});

test("another content installs, also when its time is older", () => {
  launch();
  lockVersion("2.0.0");
  utimesSync(join(root, "package-lock.json"), new Date(0), new Date(0));
  expectRan(launch());
  expect(npmCalls()).toBe(2);
});

test("packages that somebody installed by hand are taken as they are", () => {
  mkdirSync(join(modules(), "tool"), { recursive: true });
  copyFileSync(join(root, "package-lock.json"), join(modules(), ".package-lock.json"));
  expectRan(launch());
  expect(npmCalls()).toBe(0);
});

test("an installation that was interrupted is done again", () => {
  launch();
  lockVersion("2.0.0");
  writeFileSync(join(root, "bin/npm"), "#!/bin/sh\nexit 1\n");
  expect(launch().status).toBe(1);
  lockVersion("1.0.0");
  expect(launch().status).toBe(1);
});

test("a workspace that the lock file does not hold is named, and nothing is installed", () => {
  launch();
  mkdirSync(join(root, "services/new"), { recursive: true });
  writeFileSync(join(root, "services/new/package.json"), '{ "name": "new" }');
  writeFileSync(join(root, "package.json"), '{ "type": "module", "workspaces": ["services/*"] }');
  lockVersion("2.0.0");
  const { status, stderr } = launch();
  expect(stderr).toContain("package-lock.json: workspace services/new is missing");
  expect(status).toBe(11);
  expect(npmCalls()).toBe(1);
  expect(existsSync(join(modules(), ".package-lock.json"))).toBe(true);
});

test("linked packages that fit are used", () => {
  launch();
  renameSync(modules(), join(root, "elsewhere"));
  symlinkSync("elsewhere", modules());
  expectRan(launch());
  expect(npmCalls()).toBe(1);
});

test("linked packages that do not fit are refused by name, and nothing is deleted", () => {
  launch();
  renameSync(modules(), join(root, "elsewhere"));
  symlinkSync("elsewhere", modules());
  lockVersion("2.0.0");
  const { status, stdout, stderr } = launch();
  expect(status).toBe(13);
  expect(stdout).toBe("");
  expect(stderr).toContain(`The packages in ${modules()} do not fit package-lock.json`);
  expect(stderr).toContain(`a link to ${join(root, "elsewhere")}`);
  expect(stderr).toContain(`→ rm ${modules()}`);
  expect(npmCalls()).toBe(1);
  expect(lstatSync(modules()).isSymbolicLink()).toBe(true);
  expect(existsSync(join(root, "elsewhere/tool"))).toBe(true);
  expect(existsSync(join(root, "elsewhere/.package-lock.json"))).toBe(true);
});

/** Puts a program before every other Node of the path, which tells of each call and then is Node. */
function wrapNode(version: string): void {
  const wrapper = `#!/bin/sh
echo "node $*" >>"${join(root, "node.log")}"
[ "${version}" = "" ] || { echo "${version} /nowhere"; exit; }
exec "${process.execPath}" "$@"
`;
  writeFileSync(join(root, "bin/node"), wrapper, { mode: 0o755 });
}

/** How often the program of {@link wrapNode} was called so far. */
const nodeCalls = (): number => readFileSync(join(root, "node.log"), "utf8").trim().split("\n").length;

test("the path's Node is asked for its version once, and from then on run by its own path", () => {
  wrapNode("");
  expectRan(launch());
  const calls = nodeCalls();
  expectRan(launch());
  expect(nodeCalls()).toBe(calls);
});

test("a Node that was replaced since is asked again, and one that is too old is not run", () => {
  launch();
  const tool = join(root, "node");
  symlinkSync(process.execPath, tool);
  writeFileSync(join(modules(), ".nasiko-node"), `${tool}\n`);
  expectRan(launch());
  rmSync(tool);
  writeFileSync(tool, "#!/bin/sh\necho old\n", { mode: 0o755 });
  const tomorrow = new Date(Date.now() + 86_400_000);
  utimesSync(tool, tomorrow, tomorrow);
  wrapNode("v20.19.0");
  const { status, stderr } = launch();
  expect(status).toBe(13);
  expect(stderr).toContain("nasiko needs Node 22.18 or newer");
});

test("the launcher is found from wherever and however it is called", () => {
  launch();
  const link = join(root, "elsewhere-nasiko");
  symlinkSync(join(root, "nasiko"), link);
  for (const [program, args, cwd] of [
    [link, [], "/"],
    ["sh", ["nasiko"], root],
    ["./nasiko", [], root],
  ] as const) {
    const { stdout } = spawnSync(program, args, { cwd, encoding: "utf8" });
    expect(stdout).toBe("the command ran\n");
  }
});

// Only root may mount; its own mount namespace keeps that to this test.
test.runIf(process.getuid?.() === 0)(
  "mounted packages that do not fit are refused, and nothing is deleted",
  () => {
    launch();
    cpSync(modules(), join(root, "elsewhere"), { recursive: true });
    lockVersion("2.0.0");
    const script = 'mount --bind "$1/elsewhere" "$1/node_modules" && exec "$1/nasiko"';
    const path = [join(root, "bin"), process.env["PATH"]].join(delimiter);
    const { status, stderr } = spawnSync("unshare", ["--mount", "sh", "-c", script, "sh", root], {
      encoding: "utf8",
      env: { ...process.env, PATH: path },
    });
    expect(stderr).toContain("mounted from elsewhere");
    expect(status).toBe(13);
    expect(npmCalls()).toBe(1);
    expect(existsSync(join(root, "elsewhere/tool"))).toBe(true);
  },
);
