import { describe, expect, test } from "vitest";
import { cardAt } from "../../../../../engine/formats/a2a/card-at.ts";
import { readCard } from "../../../../../engine/formats/a2a/card.ts";
import { type PortClues, portCandidates } from "../../../../../engine/formats/a2a/ports.ts";
import { readFinalStage } from "../../../../../engine/formats/final-stage.ts";

const card = (fields: object, port?: number): PortClues => ({
  card: { file: "AgentCard.json", content: readCard({ name: "X", ...fields }), port },
});
const dockerfile = (text: string): PortClues => ({
  dockerfile: { file: "Dockerfile", stage: readFinalStage(`FROM a\n${text}`) },
});
const compose = (...ports: readonly number[]): PortClues => ({
  compose: { file: "compose.yaml", ports, command: "" },
});
const URL_9999 = card({ url: "http://localhost:9999/" });
const DEFAULT = "5000 from the default";

describe("an agent's port is", () => {
  test.each<[string, PortClues, readonly string[]]>([
    ["the default", {}, [DEFAULT]],
    [
      "what the card says in so many words, and no other",
      { ...card({ url: "http://localhost:9999/" }, 7000), ...dockerfile("EXPOSE 8000"), ...compose(1) },
      ['7000 from "port" in AgentCard.json'],
    ],
    ["that of its address", URL_9999, ["9999 from the address in AgentCard.json", DEFAULT]],
    [
      "that of its JSON-RPC interface",
      card({
        supportedInterfaces: [
          { url: "localhost:50051", protocolBinding: "GRPC" },
          { url: "http://localhost:8000/a2a", protocolBinding: "JSONRPC" },
        ],
      }),
      ["8000 from the address in AgentCard.json", DEFAULT],
    ],
    ["the only EXPOSE", dockerfile("EXPOSE 8080"), ["8080 from EXPOSE in Dockerfile", DEFAULT]],
    [
      "that of the compose file before one of several EXPOSE",
      { ...dockerfile("EXPOSE 1 2"), ...compose(8000) },
      [
        "8000 from the ports in compose.yaml",
        "1 from EXPOSE in Dockerfile",
        "2 from EXPOSE in Dockerfile",
        DEFAULT,
      ],
    ],
    [
      "that of the command when nothing else names one",
      dockerfile('CMD ["python", "main.py", "--host", "0.0.0.0", "--port", "8000"]'),
      ["8000 from its command", DEFAULT],
    ],
    [
      "among several that contradict each other the address, then the others",
      { ...URL_9999, ...dockerfile("EXPOSE 8080"), ...compose(5000) },
      [
        "9999 from the address in AgentCard.json",
        "8080 from EXPOSE in Dockerfile",
        "5000 from the ports in compose.yaml",
      ],
    ],
    ["no port at a gateway", card({ url: "http://localhost:9100/agents/agent-x/" }), [DEFAULT]],
  ])("%s", (_what, clues, expected) => {
    expect(portCandidates(clues).map(({ port, from }) => `${port} from ${from}`)).toEqual(expected);
  });
});

describe("a card elsewhere", () => {
  const url = "http://127.0.0.1:9100/agents/agent-x/";

  test("has the new address and its own path", () => {
    expect(cardAt({ name: "X", url: "http://localhost:8000/a2a" }, url)).toEqual({
      name: "X",
      url: `${url}a2a`,
    });
    expect(cardAt({ name: "X" }, url)).toEqual({ name: "X", url });
  });

  test("says so of each interface, and leaves out what cannot be reached there", () => {
    const supportedInterfaces = [
      { url: "http://localhost:8000/", protocolBinding: "JSONRPC", protocolVersion: "1.0" },
      { url: "localhost:50051", protocolBinding: "GRPC" },
      "nonsense",
    ];
    expect(cardAt({ name: "X", supportedInterfaces }, url)).toEqual({
      name: "X",
      supportedInterfaces: [{ url, protocolBinding: "JSONRPC", protocolVersion: "1.0" }],
    });
  });
});
