import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { readBaseRules } from "../../../../services/lib/dockerfile/allowed-bases.ts";
import { readAgentFolder, type AgentFolder } from "../../../../services/nasiko-backend/src/agent-folder.ts";
import { storableCard } from "../../../../services/nasiko-backend/src/storable-card.ts";

const folder = mkdtempSync(join(tmpdir(), "nasiko-agent-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const read = (): Promise<AgentFolder> => readAgentFolder(folder, readBaseRules(undefined, []));

beforeEach(() => {
  write("Dockerfile", "FROM node:24\n");
  write("docker-compose.yml", "services:\n  my-agent:\n    build: .\n");
  write("AgentCard.json", '{"version":"v2.0.0"}');
});

describe("the files of an agent", () => {
  test("say what it is called and which version it is", async () => {
    expect(await read()).toMatchObject({
      problems: [],
      dockerfile: undefined,
      name: "my-agent",
      version: "2.0.0",
    });
  });

  test("say which line of the Dockerfile may not be built", async () => {
    write("Dockerfile", "FROM node:24\nADD http://127.0.0.1:5001/ /x\n");
    expect(await read()).toMatchObject({ problems: [], dockerfile: { line: 2 } });
  });

  test.each([
    ["Dockerfile", "\n".repeat(60_000), "Dockerfile has no FROM line"],
    ["Dockerfile", `FROM node\n${"#".repeat(70_000)}`, "Dockerfile is larger than 64 KiB"],
    ["docker-compose.yml", "#".repeat(70_000), "docker-compose.yml is larger than 64 KiB"],
    ["AgentCard.json", " ".repeat(70_000), "AgentCard.json is larger than 64 KiB"],
    ["AgentCard.json", `{"a":[${"{},".repeat(10_000)}{}]}`, "AgentCard.json is no JSON object"],
    ["AgentCard.json", "[".repeat(60_000), "AgentCard.json is no JSON object"],
    ["docker-compose.yml", `a: ${"[".repeat(60_000)}`, "docker-compose.yml is no YAML with services"],
    ["docker-compose.yml", "- ".repeat(30_000), "docker-compose.yml is no YAML with services"],
    ["docker-compose.yml", "? ".repeat(30_000), "docker-compose.yml is no YAML with services"],
    [
      "docker-compose.yml",
      `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [${index === 0 ? "*a" : `*b${index - 1},*b${index - 1}`}]`).join("\n")}\n`,
      "docker-compose.yml is no YAML with services",
    ],
  ])("are refused when %s holds %.20j: %s", async (name, text, problem) => {
    write(name, text);
    expect((await read()).problems).toContain(problem);
  });

  test("are judged whatever they hold", async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            "services:",
            "\n",
            "  ",
            "a",
            ": ",
            "&a ",
            "*a",
            "- ",
            "{",
            "}",
            "[",
            "|",
            ">",
            "!!x ",
          ),
          { maxLength: 40 },
        )
        .map((pieces) => pieces.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text, text, text, async (dockerfile, compose, card) => {
        write("Dockerfile", dockerfile);
        write("docker-compose.yml", compose);
        write("AgentCard.json", card);
        expect(Array.isArray((await read()).problems)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

test("a card is stored without the names that a database cannot hold, at every depth", () => {
  const card = {
    name: "x",
    $where: 1,
    "a.b": 1,
    "nul\0": 1,
    skills: [{ $x: 1, id: "y" }],
    deep: { $y: { z: 1 }, ok: null },
  };
  expect(storableCard(card)).toEqual({ name: "x", skills: [{ id: "y" }], deep: { ok: null } });
});
