import { describe, expect, test } from "vitest";

import { readAgentCard } from "../../../../platform/agents/agent-card.ts";
import { type ComposeService, readComposeFile } from "../../../../platform/agents/compose-file.ts";

const compose = (text: string): ReturnType<typeof readComposeFile> =>
  readComposeFile("a/docker-compose.yml", text);
const service = (text: string): ComposeService => {
  const { service: found, problems } = compose(text);
  if (found === undefined) throw new Error(problems.map(({ message }) => message).join("\n"));
  return found;
};
const messages = ({ problems }: { readonly problems: readonly Error[] }): readonly string[] =>
  problems.map(({ message }) => message);

describe("an agent's compose file", () => {
  test("names variables as a map", () => {
    const text = [
      "services:",
      "  a:",
      "    build: .",
      "    environment:",
      '      KEY: "${KEY}"',
      "      DEBUG: true",
      "      PORT: 5000",
      "      PASSED:",
      '      EMPTY: ""',
    ].join("\n");
    expect(service(text).environment).toEqual([
      { name: "KEY", text: "${KEY}", line: 5 },
      { name: "DEBUG", text: "true", line: 6 },
      { name: "PORT", text: "5000", line: 7 },
      { name: "PASSED", text: undefined, line: 8 },
      { name: "EMPTY", text: "", line: 9 },
    ]);
  });

  test("names variables as a list, quoted or not", () => {
    const text = [
      "services:",
      "  a:",
      "    environment:",
      '      - "KEY=${KEY:-x=y}"',
      "      - 'SINGLE=1'",
      "      - PLAIN=a b # comment",
      "      - PASSED",
    ].join("\n");
    expect(service(text).environment).toEqual([
      { name: "KEY", text: "${KEY:-x=y}", line: 4 },
      { name: "SINGLE", text: "1", line: 5 },
      { name: "PLAIN", text: "a b", line: 6 },
      { name: "PASSED", text: undefined, line: 7 },
    ]);
  });

  test("may be in several networks, of its own or given, in both forms, and have ports and a restart policy", () => {
    const shape = (networks: string): string =>
      `version: "3.8"\nservices:\n  x:\n    container_name: My-Agent\n    build: { context: . }\n    networks: ${networks}\n    ports: ["8085:5000", 7000, { target: 9000 }]\n    restart: always\nnetworks:\n  agents-net: { external: true }\n  db-net:\n`;
    for (const networks of ["[agents-net, db-net]", "{ agents-net: { aliases: [x] }, db-net: }"]) {
      expect(compose(shape(networks)).problems).toEqual([]);
      expect(service(shape(networks))).toMatchObject({ name: "My-Agent", ports: [5000, 7000, 9000] });
    }
  });

  test("says how the container runs", () => {
    const text = [
      "services:",
      "  a:",
      "    image: registry.example/a@sha256:0",
      "    entrypoint: /run.sh",
      "    command: serve --greeting \"good day\" 'it is' a\\ b",
      "    user: 1000:1000",
      "    read_only: true",
      "    tmpfs: [/tmp, '/run:size=1m,mode=1777']",
      "    deploy: { resources: { limits: { memory: 1.5g } } }",
    ].join("\n");
    expect(service(text)).toMatchObject({
      image: { reference: "registry.example/a@sha256:0", line: 3 },
      entrypoint: ["/run.sh"],
      command: ["serve", "--greeting", "good day", "it is", "a b"],
      user: "1000:1000",
      readOnly: true,
      tmpfs: { "/tmp": "", "/run": "size=1m,mode=1777" },
      memoryMegabytes: 1536,
    });
  });

  test("that builds is built, whatever the image is to be called", () => {
    const built = service(
      "services:\n  a:\n    image: a:latest\n    build:\n      context: src\n      args: [A=1]\n",
    );
    expect(built).not.toHaveProperty("image");
    expect(built.build).toEqual({ context: "src", args: [{ name: "A", text: "1", line: 6 }], secrets: [] });
  });

  test.each([
    ["128m", 128],
    ["1gb", 1024],
    ["67108864", 64],
    ["512000k", 500],
  ])("limits memory to %s: %d MB", (text, megabytes) => {
    expect(service(`services:\n  a:\n    mem_limit: ${text}\n`).memoryMegabytes).toBe(megabytes);
  });

  test("is told what it asks for and does not get", () => {
    const { notes } = compose(
      "services:\n  a:\n    build: .\n    privileged: true\n    volumes: [./data:/data]\n",
    );
    expect(notes).toEqual([
      "a/docker-compose.yml:4: privileged is left out: agents run without privileges",
      "a/docker-compose.yml:5: /data is left out: agents see nothing of the machine's files; a volume with a name survives versions",
    ]);
  });

  test("with two services is refused, naming both", () => {
    expect(messages(compose("services:\n  a:\n    build: .\n  db:\n    image: mongo\n"))).toEqual([
      "a/docker-compose.yml:5: it has 2 services (a, db), and an agent is one container.",
    ]);
  });

  test("has every problem named at once, with its line", () => {
    const text = "services:\n  a:\n    environment: 5\n    mem_limit: lots\n    read_only: maybe\n";
    expect(messages(compose(text))).toEqual([
      expect.stringMatching(
        /^a\/docker-compose\.yml:3: services\.a\.environment: it is neither a map nor a list/,
      ),
      expect.stringMatching(/^a\/docker-compose\.yml:4: services\.a\.mem_limit: it is no size like 256m/),
      expect.stringMatching(
        /^a\/docker-compose\.yml:5: services\.a\.read_only: read_only is neither true nor false/,
      ),
    ]);
  });

  test.each([
    ["", 1],
    ["services:\n", 1],
    ["services: {}\n", 1],
    ["services:\n  a: [\n", 3],
    ["services:\n\ta: 1\n", 2],
    ["- services\n", 1],
  ])("%j is refused with a line, not a stack trace", (text, line) => {
    expect(messages(compose(text))[0]).toMatch(new RegExp(`^a/docker-compose\\.yml:${line}: .+\\.$`, "s"));
  });
});

describe("an agent card", () => {
  const card = (text: string): ReturnType<typeof readAgentCard> => readAgentCard("a/AgentCard.json", text);

  test("may say the port", () => {
    expect(card('{"name":"A","port":8000}').card?.port).toBe(8000);
    expect(card('\uFEFF{"name":"A"}').card?.port).toBeUndefined();
  });

  test.each([
    ["{", 1, /no JSON/],
    ['{\n  "name": "A",\n}', 3, /no JSON/],
    ["name: A", 1, /no JSON/],
    ["", 1, /no JSON/],
    ["[]", 1, /no JSON object/],
    ['{\n "name": "A",\n "port": "5000" }', 3, /port is no whole number/],
    ['{\n\n "port": 70000 }', 3, /above 65535/],
    ['{ "name": " " }', 1, /name is empty/],
  ])("%j is refused in line %d", (text, line, reason) => {
    const [message, ...others] = messages(card(text));
    expect(others).toEqual([]);
    expect(message).toMatch(new RegExp(`^a/AgentCard\\.json:${line}: `));
    expect(message).toMatch(reason);
  });
});
