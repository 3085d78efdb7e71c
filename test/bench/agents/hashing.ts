import { hash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { contentHash } from "../../../platform/images/content-hash.ts";
import { parseIgnoreRules } from "../../../engine/formats/ignore-rules.ts";
import { readContext } from "../../../engine/formats/read-context.ts";
import { median } from "../measure.ts";
import type { Figure } from "../suite.ts";

const FOLDERS = 100;
const FILES_PER_FOLDER = 100;
const IGNORED = 2000;
const RULES = "node_modules\n**/*.log\n*.md\n!README.md\n**/__pycache__\ndist/*\n!dist/keep\n";
/** At least 0.6 × the speed of the bare loop is at most this many times its time. */
const LIMIT = 1.67;
const ROUNDS = 15;

/** The hash of 10,000 small files with ignore rules, against reading and hashing the same files and nothing else. */
export function* hashing(): Generator<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-bench-"));
  try {
    const files = plantMany(folder);
    const ours = (): unknown =>
      contentHash({
        dockerfile: "FROM scratch\n",
        args: {},
        bases: [],
        entries: readContext(folder, parseIgnoreRules(RULES)),
      });
    const bare = (): void => {
      for (const file of files) hash("sha256", readFileSync(file));
    };
    // Once each for the caches of disk and compiler.
    ours();
    bare();
    const [hashed, read]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      hashed.push(cpuTime(ours));
      read.push(cpuTime(bare));
    }
    yield { what: "content hash of 10,000 files, CPU", value: median(hashed), unit: "ms" };
    yield {
      what: "of reading and hashing the same files",
      value: median(hashed) / median(read),
      unit: "×",
      atMost: LIMIT,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds on the processor, waits for others left out: both are one thread that never waits for anything else. */
function cpuTime(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** @returns the files that are not ignored */
function plantMany(folder: string): readonly string[] {
  const files: string[] = [];
  for (let directory = 0; directory < FOLDERS; directory++) {
    const path = join(folder, `package-${directory}`, "src");
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES_PER_FOLDER; file++) {
      const name = join(path, `module-${file}.ts`);
      writeFileSync(name, `export const value = ${directory * FILES_PER_FOLDER + file};\n`.repeat(40));
      files.push(name);
    }
    writeFileSync(join(path, "debug.log"), "ignored");
  }
  mkdirSync(join(folder, "node_modules"));
  for (let file = 0; file < IGNORED; file++)
    writeFileSync(join(folder, "node_modules", `${file}.js`), "ignored");
  return files;
}
