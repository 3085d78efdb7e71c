import { expect } from "vitest";

import { zipOf, type ZipItem } from "../../integration/services/support/zip.ts";
import { docker } from "./test-stack.ts";

/** What an API of the platform answers. */
export interface Answer {
  readonly status: number;
  readonly body: {
    readonly message?: string;
    readonly data?: {
      readonly upload_id?: string;
      readonly stage?: string;
      readonly error?: string | null;
      readonly validation_errors?: readonly string[];
    };
  };
}

/** The smallest agent there can be: one file, no packages. It repeats what it is told, with a word of its own. */
export function echoAgent(name: string, word: string): readonly ZipItem[] {
  const card = {
    name,
    version: "1.0.0",
    description: `Says ${word} and repeats what it is told`,
    protocolVersion: "0.3.0",
    capabilities: {},
    defaultInputModes: ["text/plain"],
    defaultOutputModes: ["text/plain"],
    skills: [{ id: "echo", name: "Echo", description: "Repeats", tags: ["echo"] }],
  };
  return [
    {
      name: "Dockerfile",
      content: 'FROM node:24-bookworm-slim\nCOPY main.cjs /\nUSER 1000:1000\nCMD ["node", "/main.cjs"]\n',
    },
    {
      name: "docker-compose.yml",
      content: `services:\n  ${name}:\n    container_name: ${name}\n    build: .\n`,
    },
    { name: "AgentCard.json", content: JSON.stringify(card) },
    {
      name: "main.cjs",
      content: `
        const card = { ...${JSON.stringify(card)}, url: process.env.AGENT_PUBLIC_URL };
        require("node:http").createServer(async (request, response) => {
          const answer = (value) => {
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify(value));
          };
          if (request.method === "GET") return answer(card);
          let text = "";
          for await (const part of request) text += part;
          const { id, params } = JSON.parse(text);
          const parts = [{ kind: "text", text: ${JSON.stringify(word)} + " " + params.message.parts[0].text }];
          answer({ jsonrpc: "2.0", id, result: { kind: "message", messageId: "1", role: "agent", parts } });
        }).listen(5000);
        process.on("SIGTERM", () => process.exit(0));
      `,
    },
  ];
}

/**
 * Sends an archive to the platform, as the web page does.
 * @param name of the agent @default what its files say
 */
export async function upload(gateway: string, items: readonly ZipItem[], name?: string): Promise<Answer> {
  const form = new FormData();
  if (name !== undefined) form.set("agent_name", name);
  form.set("file", new Blob([new Uint8Array(zipOf(items))], { type: "application/zip" }), "agent.zip");
  return ask(gateway, "/agents/upload", { method: "POST", body: form });
}

/** Follows an upload to its end. */
export async function ended(gateway: string, { body }: Answer): Promise<Answer["body"]["data"]> {
  const path = `/upload-status/${body.data?.upload_id ?? ""}`;
  let last: Answer | undefined;
  await expect
    .poll(async () => (last = await ask(gateway, path)).body.data?.stage, { timeout: 300_000, interval: 500 })
    .toMatch(/^(?:active|failed)$/);
  return last?.body.data;
}

async function ask(
  gateway: string,
  path: string,
  init: Pick<RequestInit, "method" | "body"> = {},
): Promise<Answer> {
  const response = await fetch(`${gateway}/api/v1${path}`, {
    ...init,
    headers: { authorization: "Bearer anybody" },
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** Takes an agent's images off the engine, under whatever registry's name, which the platform leaves for the next time. */
export async function removeAgentImages(agent: string): Promise<void> {
  const references = (await docker.images()).flatMap(({ RepoTags }) => RepoTags ?? []);
  for (const reference of references.filter((tag) => tag.includes(`nasiko/agent-${agent}:`)))
    await docker.call("remove an image", (engine) => engine.getImage(reference).remove());
}
