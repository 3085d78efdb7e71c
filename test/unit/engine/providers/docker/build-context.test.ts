import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { extract } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { buildArchive } from "../../../../../engine/providers/docker/image/build-archive.ts";
import {
  contextDigest,
  digestOf,
  goMode,
} from "../../../../../engine/providers/docker/image/context-digest.ts";
import { checkImage } from "../../../../../engine/providers/docker/image/image-check.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nasiko-context-"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function plant(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    await chmod(join(root, path), 0o644);
  }
}

interface Packed {
  readonly dockerfile: string;
  readonly bytes: Buffer;
  readonly entries: Readonly<Record<string, string>>;
}

async function packed(context = "ctx", dockerfile = "ctx/Dockerfile"): Promise<Packed> {
  const archive = await buildArchive(join(root, context), join(root, dockerfile));
  const bytes = await buffer(archive.stream);
  // Without a prototype: a file may be called as one of its properties.
  const entries = Object.create(null) as Record<string, string>;
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const { name, mode, type, linkname, mtime, uid, gid } = entry.header;
    expect([mtime.getTime(), uid, gid], name).toEqual([0, 0, 0]);
    const content = (await buffer(entry)).toString();
    entries[name] = `${type} ${mode.toString(8)} ${type === "symlink" ? linkname : content}`;
  }
  return { dockerfile: archive.dockerfile, bytes, entries };
}

const DOCKERFILE = "FROM scratch\nCOPY . /\n";

describe("the digest of a context", () => {
  test("is that of the official provider, computed by hand", async () => {
    await plant({ "ctx/Dockerfile": DOCKERFILE, "ctx/a/b.txt": "b", "ctx/a.txt": "a" });
    await chmod(join(root, "ctx/a.txt"), 0o755);
    await symlink("a/b.txt", join(root, "ctx/link"));
    // sha256 over, for the Dockerfile, then for Dockerfile, a/b.txt, a.txt and link (by folder, in byte order):
    // name, mode as Go writes it, sha256 of the content (of a link: "ctx/a/b.txt"), a zero byte.
    expect(await contextDigest(root, "./ctx", "ctx/Dockerfile")).toBe(
      "b55a6c6f98368183da0b4e8cf2f1fd61b87476ebbaf11ecd16b172789f6c00df",
    );
  });

  test("of nothing but a Dockerfile without mode", () => {
    // printf of "Dockerfile----------", the 32 bytes of sha256(""), and a zero byte, through sha256sum.
    const contentHash = Buffer.from(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "hex",
    );
    expect(digestOf([{ path: "Dockerfile", mode: "----------", contentHash }])).toBe(
      "3d08377de50e2e984bddf437f7e12c72c572b910914e006b1520fc8809910d05",
    );
  });

  test.each([
    [0, "----------"],
    [0o644, "-rw-r--r--"],
    [0o4755, "urwxr-xr-x"],
    [0o7000, "ugt---------"],
  ])("writes mode %o as %s", (mode, text) => expect(goMode(mode)).toBe(text));

  test("changes with a byte, a mode, a name and the Dockerfile; not with times, folders and what is ignored", async () => {
    await plant({ "ctx/Dockerfile": DOCKERFILE, "ctx/a": "1", "ctx/.dockerignore": "tmp\n" });
    const digest = (): Promise<string> => contextDigest(root, "ctx", "ctx/Dockerfile");
    const first = await digest();
    await utimes(join(root, "ctx/a"), 1, 1);
    await mkdir(join(root, "ctx/empty"));
    await plant({ "ctx/tmp/x": "ignored" });
    expect(await digest()).toBe(first);
    await chmod(join(root, "ctx/a"), 0o600);
    const otherMode = await digest();
    await plant({ "ctx/a": "2" });
    const otherByte = await digest();
    await plant({ "ctx/Dockerfile": `${DOCKERFILE}#` });
    const otherDockerfile = await digest();
    expect(new Set([first, otherMode, otherByte, otherDockerfile]).size).toBe(4);
  });

  test("does not tell a Dockerfile outside by its name, and goes by its own ignore file", async () => {
    await plant({ "ctx/a": "1", "ctx/b": "1", "one.Dockerfile": "FROM x", "two.Dockerfile": "FROM x" });
    const one = await contextDigest(root, "ctx", "one.Dockerfile");
    expect(await contextDigest(root, "ctx", "two.Dockerfile")).toBe(one);
    await plant({ "two.Dockerfile.dockerignore": "b", "ctx/.dockerignore": "a" });
    expect(await contextDigest(root, "ctx", "two.Dockerfile")).not.toBe(one);
  });

  test("names a link that leads nowhere", async () => {
    await plant({ "ctx/Dockerfile": DOCKERFILE });
    await symlink("nowhere", join(root, "ctx/link"));
    await expect(contextDigest(root, "ctx", "ctx/Dockerfile")).rejects.toMatchObject({
      code: "NSK-CONTEXT-UNREADABLE",
    });
  });
});

describe("the archive of a context", () => {
  test("holds what is not ignored, with plain modes, and is the same whatever the times", async () => {
    await plant({
      "ctx/Dockerfile": DOCKERFILE,
      "ctx/run": "#!",
      "ctx/src/a.ts": "a",
      "ctx/node_modules/x/index.js": "x",
      "ctx/node_modules/keep/index.js": "k",
      "ctx/.dockerignore": "node_modules\n!node_modules/keep\n*.log\n",
      "ctx/x.log": "noise",
    });
    await chmod(join(root, "ctx/run"), 0o775);
    await chmod(join(root, "ctx/src/a.ts"), 0o600);
    await symlink("src/a.ts", join(root, "ctx/link"));
    const first = await packed();
    expect(first.dockerfile).toBe("Dockerfile");
    expect(first.entries).toEqual({
      ".dockerignore": "file 644 node_modules\n!node_modules/keep\n*.log\n",
      Dockerfile: `file 644 ${DOCKERFILE}`,
      link: "symlink 777 src/a.ts",
      "node_modules/keep": "directory 755 ",
      "node_modules/keep/index.js": "file 644 k",
      run: "file 755 #!",
      src: "directory 755 ",
      "src/a.ts": "file 644 a",
    });
    await utimes(join(root, "ctx/run"), 1, 1);
    await chmod(join(root, "ctx/src/a.ts"), 0o644);
    expect((await packed()).bytes.equals(first.bytes)).toBe(true);
  });

  test("never enters an ignored folder", async () => {
    await plant({ "ctx/Dockerfile": DOCKERFILE, "ctx/.dockerignore": "pipes\n" });
    await mkdir(join(root, "ctx/pipes"));
    // A named pipe is refused wherever it is met.
    execFileSync("mkfifo", [join(root, "ctx/pipes/p")]);
    expect(Object.keys((await packed()).entries)).toEqual([".dockerignore", "Dockerfile"]);
    await plant({ "ctx/.dockerignore": "nothing\n" });
    await expect(packed()).rejects.toMatchObject({ code: "NSK-CONTEXT-UNSUPPORTED" });
  });

  test("carries a Dockerfile from outside under a name that is removed before the first COPY", async () => {
    await plant({ "ctx/a": "1", "gen/x.Dockerfile": "FROM y" });
    const { dockerfile, entries } = await packed("ctx", "gen/x.Dockerfile");
    expect(dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/);
    expect(entries).toEqual({
      a: "file 644 1",
      [dockerfile]: "file 644 FROM y",
      ".dockerignore": `file 644 .dockerignore\n${dockerfile}\n`,
    });
  });

  test("carries a Dockerfile that is ignored, and keeps the rules of the folder", async () => {
    await plant({ "ctx/Dockerfile": "FROM y", "ctx/.dockerignore": "Dockerfile\n" });
    const { dockerfile, entries } = await packed();
    expect(entries).toEqual({
      [dockerfile]: "file 644 FROM y",
      ".dockerignore": `file 644 Dockerfile\n\n${dockerfile}\n`,
    });
  });

  test("is in byte order by folder, whatever the names", async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9 _.+é😀-]{1,12}$/u).filter((text) => !/^\.+$/.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { maxLength: 8, selector: (text) => text.toLowerCase() }),
        async (names) => {
          await rm(join(root, "ctx"), { recursive: true, force: true });
          await plant(Object.fromEntries(names.map((text) => [`ctx/${text}`, text])));
          await plant({ "ctx/zDockerfile": "FROM x" });
          const { entries } = await packed("ctx", "ctx/zDockerfile");
          const expected = [...names, "zDockerfile"].sort((a, b) =>
            Buffer.compare(Buffer.from(a), Buffer.from(b)),
          );
          expect(Object.keys(entries).filter((entry) => !/^\d+$/.test(entry))).toEqual(
            expected.filter((entry) => !/^\d+$/.test(entry)),
          );
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("the inputs of an image", () => {
  test("are completed as the official provider completes them", async () => {
    await plant({ "ctx/Dockerfile": DOCKERFILE });
    const { inputs, failures } = await checkImage(root, {
      imageName: "nasiko/x:1",
      skipPush: true,
      build: { context: "./ctx", platform: "linux/amd64", builderVersion: "BuilderV1" },
    });
    expect(failures).toEqual([]);
    expect(inputs).toEqual({
      imageName: "nasiko/x:1",
      skipPush: true,
      buildOnPreview: false,
      build: {
        context: "./ctx",
        dockerfile: "ctx/Dockerfile",
        platform: "linux/amd64",
        builderVersion: "BuilderV1",
        contextDigest: await contextDigest(root, "ctx", "ctx/Dockerfile"),
      },
    });
  });

  test.each([
    [{ build: {} }, "skipPush"],
    [{ skipPush: false, build: {} }, "skipPush"],
    [{ skipPush: true, registry: { server: "x" } }, "registry"],
    [{ skipPush: true, buildOnPreview: true }, "buildOnPreview"],
    [{ skipPush: true, build: { context: "nowhere" } }, "build.dockerfile"],
    [{ skipPush: true, build: { context: "/tmp" } }, "build.context"],
    [{ skipPush: true, build: { builderVersion: "BuilderV3" } }, "build.builderVersion"],
    [{ skipPush: true, build: { cacheFrom: {} } }, "build.cacheFrom"],
  ])("%j: refused because of %s", async (given, property) => {
    const { failures } = await checkImage(root, { imageName: "x", ...given });
    expect(failures.map((failure) => failure.property)).toContain(property);
  });
});
