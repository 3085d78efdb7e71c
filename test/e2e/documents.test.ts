import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { ROOT, run, TestStack } from "./support/test-stack.ts";

const SECOND = "e2e-documents-second";

let stack: TestStack;

beforeAll(async () => {
  stack = await TestStack.create("e2e-documents");
  stack.copyAgent("translator");
});

afterAll(async () => {
  await run(join(ROOT, "nasiko"), ["--stack", SECOND, "local", "down", "--volumes", "--yes"], environment());
  await stack.remove();
});

/** The documents' own ports and stack names belong to whoever works on this machine; of the services these are used. */
const environment = (): NodeJS.ProcessEnv =>
  stack.environment({ NASIKO_SERVICES: "redis,kong-service-registry,nasiko-router" });

const moved = (line: string): string =>
  line
    .replace("--stack second", `--stack ${SECOND}`)
    .replace("NASIKO_PORT_OFFSET=1000", `NASIKO_PORT_OFFSET=${stack.portOffset + 1000}`)
    .replace(/\.\/nasiko (?!--stack)/, `./nasiko --stack ${stack.name} `)
    .replaceAll("http://127.0.0.1:9100", stack.gateway);

/** Shell blocks of a page, in their order; what starts these very tests is not started by them. */
function blocksOf(page: string): readonly string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) =>
    block
      .split("\n")
      .filter((line) => !line.includes("npm test"))
      .map(moved)
      .join("\n"),
  );
}

test.each(["docs/QUICK_START.md", "README.md"])("every shell block of %s does what it says", async (page) => {
  const blocks = blocksOf(page);
  expect(blocks.length).toBeGreaterThan(2);
  for (const block of blocks) {
    const outcome = await run("sh", ["-euc", `cd "${ROOT}"\n${block}`], environment());
    expect(outcome, `${block}\n${outcome.stdout}\n${outcome.stderr}`).toMatchObject({ exitCode: 0 });
  }
});
