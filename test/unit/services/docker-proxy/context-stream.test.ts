import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { pack, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { checkedContext } from "../../../../services/docker-proxy/src/build/context-stream.ts";
import { BadArchive } from "../../../../services/docker-proxy/src/build/tar-reader.ts";

type Entry = readonly [Partial<Header> & Pick<Header, "name">, string?];
const DOCKERFILE: Entry = [{ name: "Dockerfile" }, "FROM node\n"];

async function tarOf(...entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content = ""] of entries) archive.entry(header, content);
  archive.finalize();
  return buffer(Readable.from(archive));
}

/** What is passed on, with the archive cut into pieces. */
async function passed(archive: Buffer, piece = 700, largest = Infinity): Promise<Buffer> {
  const pieces = Array.from({ length: Math.ceil(archive.length / piece) }, (_, index) =>
    archive.subarray(index * piece, (index + 1) * piece),
  );
  const seen: Uint8Array[] = [];
  const refusal = (text: string): string | undefined =>
    text.includes("evil") ? "Dockerfile:1: evil" : undefined;
  for await (const chunk of checkedContext(Readable.from(pieces), { largest, refusal })) seen.push(chunk);
  return Buffer.concat(seen);
}

/** Sets bytes of the first header, and makes its checksum right again. */
function changed(archive: Buffer, at: number, bytes: string): Buffer {
  const copy = Buffer.from(archive);
  copy.write(bytes, at, "latin1");
  copy.write("        ", 148, "latin1");
  const sum = copy.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return copy;
}

describe("a build context", () => {
  test("passes unchanged, however it is cut, whatever is in it", async () => {
    const archive = await tarOf(
      DOCKERFILE,
      [{ name: "src", type: "directory" }],
      [{ name: `src/${"long".repeat(40)}/é.txt` }, "x".repeat(3000)],
      [{ name: "link", type: "symlink", linkname: "src" }],
      [{ name: "empty" }],
      [{ name: "sub/Dockerfile" }, "FROM evil\n"],
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (piece) => {
        expect((await passed(archive, piece)).equals(archive)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("is refused with the reason when its Dockerfile is, and nothing of it is passed on", async () => {
    const archive = await tarOf([{ name: "Dockerfile" }, "FROM evil\n"], [{ name: "x" }, "y"]);
    const seen: Uint8Array[] = [];
    const run = async (): Promise<void> => {
      const options = { largest: Infinity, refusal: () => "Dockerfile:1: evil" };
      for await (const chunk of checkedContext(Readable.from([archive]), options)) seen.push(chunk);
    };
    await expect(run()).rejects.toThrow("Dockerfile:1: evil");
    expect(seen).toEqual([]);
  });

  const refused: readonly (readonly [string, () => Promise<Buffer>])[] = [
    ["it is compressed", async () => gzipSync(await tarOf(DOCKERFILE))],
    [
      "it is compressed, with the magic of a tar archive where that stands",
      async () => {
        const gzip = gzipSync(await tarOf(DOCKERFILE));
        const extra = Buffer.alloc(2 + 1000);
        extra.writeUInt16LE(1000, 0);
        extra.write("ustar\x0000", 257 - 10, "latin1");
        gzip[3] = 4;
        return Buffer.concat([gzip.subarray(0, 10), extra, gzip.subarray(10)]);
      },
    ],
    ["it is bzip2", () => Promise.resolve(Buffer.concat([Buffer.from("BZh9"), Buffer.alloc(1020)]))],
    ["it is nothing", () => Promise.resolve(Buffer.alloc(0))],
    ["it is empty", () => Promise.resolve(Buffer.alloc(1024))],
    ["it is cut", async () => (await tarOf(DOCKERFILE)).subarray(0, 1024)],
    [
      "its checksum is wrong",
      async () => {
        const archive = await tarOf(DOCKERFILE);
        archive[148] = 0x37;
        return archive;
      },
    ],
    ["it is of another dialect", async () => changed(await tarOf(DOCKERFILE), 257, "ustar  \0")],
    ["it has another reading of the prefix", async () => changed(await tarOf(DOCKERFILE), 508, "tar\0")],
    ["it begins with something else", () => tarOf([{ name: "a" }, "b"], DOCKERFILE)],
    [
      "its Dockerfile is a link",
      () => tarOf([{ name: "Dockerfile", type: "symlink", linkname: "x" }], [{ name: "x" }, "FROM evil\n"]),
    ],
    ["there is a second Dockerfile", () => tarOf(DOCKERFILE, [{ name: "Dockerfile" }, "FROM evil\n"])],
    [
      "there is a second one in other words",
      () => tarOf(DOCKERFILE, [{ name: "./Dockerfile" }, "FROM evil\n"]),
    ],
    [
      "there is a second one behind a link",
      () =>
        tarOf(
          DOCKERFILE,
          [{ name: "x", type: "symlink", linkname: "." }],
          [{ name: "x/Dockerfile" }, "FROM evil\n"],
        ),
    ],
    [
      "there is a second one by a longer name",
      () => tarOf(DOCKERFILE, [{ name: "a", pax: { path: "Dockerfile" } }, "FROM evil\n"]),
    ],
    ["a file says its size twice", () => tarOf(DOCKERFILE, [{ name: "a", pax: { size: "1" } }, "x"])],
    ["it leaves the folder", () => tarOf(DOCKERFILE, [{ name: "../x" }, "y"])],
    ["it is absolute", () => tarOf(DOCKERFILE, [{ name: "/x" }, "y"])],
    ["it links to a file", () => tarOf(DOCKERFILE, [{ name: "x", type: "link", linkname: "Dockerfile" }])],
    ["it holds a device", () => tarOf(DOCKERFILE, [{ name: "x", type: "character-device" }])],
    [
      "something follows its end",
      async () =>
        Buffer.concat([await tarOf(DOCKERFILE), await tarOf([{ name: "Dockerfile" }, "FROM evil\n"])]),
    ],
    ["its Dockerfile is too large", () => tarOf([{ name: "Dockerfile" }, "#".repeat(70_000)])],
  ];
  test.each(refused)("is refused when %s", async (_what, archive) => {
    await expect(archive().then(passed)).rejects.toThrow(BadArchive);
  });

  test("is refused when it is larger than it may be, before it was read to its end", async () => {
    const archive = await tarOf(DOCKERFILE, [{ name: "x" }, "y".repeat(10_000)]);
    await expect(passed(archive, 512, 5000)).rejects.toThrow(/larger than 5000/);
  });

  test("of any bytes is refused or passed, never anything else", async () => {
    const archive = await tarOf(DOCKERFILE, [{ name: "x" }, "y"]);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: archive.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
        const copy = Buffer.from(archive);
        copy[at] = byte;
        await passed(copy).catch((error: unknown) => expect(error).toBeInstanceOf(BadArchive));
      }),
      { numRuns: 300 },
    );
  });
});
