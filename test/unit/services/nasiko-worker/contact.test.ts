import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readAgentFolder } from "../../../../services/nasiko-backend/src/agent-folder.ts";
import { agentEnv } from "../../../../services/nasiko-worker/src/agent-env.ts";
import { filledIn, readCompose } from "../../../../services/nasiko-worker/src/compose.ts";
import { contactLabels } from "../../../../services/nasiko-worker/src/contact.ts";
import { describeBuild } from "../../../../services/nasiko-worker/src/context.ts";
import { PermanentFailure } from "../../../../services/nasiko-worker/src/failure.ts";
import { file, plant, type Tree } from "../../platform/images/trees.ts";

const folders = mkdtempSync(join(tmpdir(), "nasiko-contact-"));
afterAll(() => rmSync(folders, { recursive: true }));
const URL = "http://127.0.0.1:9100/agents/agent-x/";
const DOCKERFILE = file("Dockerfile", "FROM debian:bookworm-slim\n");
const BASES = { bases: ["debian", "a"], closedHosts: [] };

const folderOf = (tree: Tree): string => {
  const folder = mkdtempSync(join(folders, "agent-"));
  plant(folder, tree);
  return folder;
};

describe("where an uploaded agent takes calls", () => {
  test.each<[string, Tree, Readonly<Record<string, string>>]>([
    ["by default", [DOCKERFILE], { "nasiko.port": "5000" }],
    [
      "by its card, which is kept for it",
      [DOCKERFILE, file("agentcard.json", '{"name":"X","url":"http://localhost:9999/a2a"}')],
      {
        "nasiko.port": "9999",
        "nasiko.other-ports": "5000",
        "nasiko.card": JSON.stringify({ name: "X", url: `${URL}a2a` }),
      },
    ],
    [
      "by its Containerfile",
      [file("Containerfile", "FROM a\nEXPOSE 8080\n")],
      { "nasiko.port": "8080", "nasiko.other-ports": "5000" },
    ],
    [
      "by its compose file, of whatever name",
      [DOCKERFILE, file("compose.yaml", "services:\n  x:\n    ports: ['1:8000']\n    expose: [9000]\n")],
      { "nasiko.port": "8000", "nasiko.other-ports": "9000,5000" },
    ],
    [
      "by the command of its compose file",
      [DOCKERFILE, file("compose.yml", "services:\n  x:\n    command: serve --port 3000\n")],
      { "nasiko.port": "3000", "nasiko.other-ports": "5000" },
    ],
    [
      "whatever else is nonsense",
      [DOCKERFILE, file("compose.yml", "[["), file("AgentCard.json", "[")],
      { "nasiko.port": "5000" },
    ],
  ])("%s", async (_what, tree, labels) => {
    const folder = folderOf(tree);
    const build = await describeBuild("x", folder, { baseImages: [], bases: BASES });
    expect(await contactLabels(build, await readCompose(folder), URL)).toEqual(labels);
  });
});

describe("an uploaded folder", () => {
  const read = async (tree: Tree): Promise<unknown> => {
    const { name, problems } = await readAgentFolder(folderOf(tree), BASES);
    return [name, problems];
  };

  test("is called as its compose file says, else as its card does, and needs neither", async () => {
    const card = file("AgentCard.json", '{"name":"My Card"}');
    const compose = (name: string): Tree => [
      DOCKERFILE,
      file(name, "services:\n  weather: { build: . }\n"),
      card,
    ];
    for (const name of ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"])
      expect(await read(compose(name))).toEqual(["weather", []]);
    expect(await read([file("Containerfile", "FROM a\n"), card])).toEqual(["my-card", []]);
    expect(await read([DOCKERFILE])).toEqual([undefined, []]);
  });
});

test("an uploaded file of variables means what it means to Docker Compose", () => {
  const env = (envFile: string): readonly string[] =>
    agentEnv({
      ...{
        agent: "x",
        stack: "local",
        ownerId: "o",
        publicUrl: URL,
        gatewaySecret: "s",
        accessSecret: undefined,
      },
      shared: { OPENAI_API_KEY: "k" },
      envFile,
    });
  expect(env("A='x # y' # z\nB=${OPENAI_API_KEY}!\nC=${NONE:-d}\r\n")).toEqual(
    expect.arrayContaining(["A=x # y", "B=k!", "C=d"]),
  );
  expect(() => env("A B\n")).toThrow(PermanentFailure);
});

describe("what an upload's compose file says of its container", () => {
  const ENV = {
    ...{
      agent: "a",
      stack: "local",
      ownerId: "me",
      publicUrl: URL,
      gatewaySecret: "s",
      accessSecret: undefined,
    },
    shared: { REGION: "eu" },
    envFile: "CITY=Rome # the capital\nMODE=file\n",
  };
  const read = async (text: string): Promise<ReturnType<typeof readCompose>> =>
    readCompose(folderOf([DOCKERFILE, file("compose.yaml", text)]));
  const variables = async (text: string): Promise<readonly string[]> => {
    const known = new Set(agentEnv(ENV));
    return agentEnv({ ...ENV, compose: await read(text) }).filter((each) => !known.has(each));
  };

  test.each([
    [
      "services: {x: {environment: {A: 1, B: true, C: '${CITY}', D: '${NONE:-x}'}}}",
      ["A=1", "B=true", "C=Rome", "D=x"],
    ],
    ["services: {x: {environment: [A=b=c, REGION, NOWHERE, 'E=$$x']}}", ["A=b=c", "E=$x"]],
    ["services: {x: {environment: {MODE: compose, AGENT_NAME: evil}}}", ["MODE=compose"]],
    ["services: {x: {environment: {CITY: }}}", []],
    ["services: {x: , y: {environment: {A: 1}}}", []],
  ])("variables of %s", async (text, told) => {
    expect(await variables(text)).toEqual(told);
  });

  test("its command, in both forms", async () => {
    expect((await read("services: {x: {command: serve 'a b' --port 80}}"))?.command).toEqual([
      ...["serve", "a b", "--port", "80"],
    ]);
    expect((await read("services: {x: {command: [serve, 80]}}"))?.command).toEqual(["serve", "80"]);
    expect((await read("services: {x: {}}"))?.command).toBeUndefined();
  });

  test("what Compose does not know is refused by the file's name", async () => {
    await expect(read("services: {x: {command: {a: b}}}")).rejects.toThrow(/^compose\.yaml: command is not/);
    expect(() => filledIn("${", "compose.yaml", () => undefined)).toThrow(/^compose\.yaml: /);
    expect(() => filledIn("${KEY:?}", "compose.yaml", () => undefined)).toThrow(
      /^compose\.yaml: KEY has to have a value/,
    );
  });
});
