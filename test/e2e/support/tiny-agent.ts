import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { docker } from "./test-stack.ts";

/** How a tiny agent behaves; all but the first are ways to fail. */
export type Behaviour =
  "good" | "exits" | "never listens" | "listens elsewhere" | "ends after its card" | "fails after its card";

/** Part of every agent's content, so that no image of an earlier run is taken for one of this run. */
const RUN = Date.now();

/**
 * Writes the smallest agent that there is: a card, and its version as the answer to every call, after as many
 * milliseconds as the path says, e.g. /3000. It needs no packages, so that building it takes a moment only.
 */
export function writeTinyAgent(folder: string, version: string, behaviour: Behaviour = "good"): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".dockerignore"), "*.log\n");
  writeFileSync(
    join(folder, "Dockerfile"),
    ["FROM node:24-bookworm-slim", "COPY main.mjs /", "USER 1000:1000", 'CMD ["node", "/main.mjs"]', ""].join(
      "\n",
    ),
  );
  writeFileSync(join(folder, "docker-compose.yml"), "services:\n  tiny:\n    build: .\n    mem_limit: 64m\n");
  const settings = `// ${RUN}\nconst version = ${JSON.stringify(version)};\nconst behaviour = ${JSON.stringify(behaviour)};\n`;
  writeFileSync(join(folder, "main.mjs"), settings + PROGRAM);
}

const PROGRAM = `
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const card = { name: "Tiny", version, skills: [{ id: "tell", name: "Tell", examples: ["what version?"] }] };
if (behaviour === "exits") {
  console.error("no key");
  process.exit(7);
}
let cards = 0;
const server = createServer(async (request, response) => {
  if (request.method === "GET") {
    cards += 1;
    if (cards > 1 && behaviour === "ends after its card") process.exit(8);
    if (cards > 1 && behaviour === "fails after its card") response.statusCode = 500;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(card));
    return;
  }
  for await (const _ of request);
  await sleep(Number(request.url.slice(1)) || 0);
  response.setHeader("x-version", version);
  response.end(version);
});
if (behaviour === "never listens") setInterval(() => undefined, 1000);
else server.listen(behaviour === "listens elsewhere" ? 5001 : 5000);
process.on("SIGTERM", () => {
  server.close();
  server.closeIdleConnections();
});
`;

/** Removes every image of these agents. */
export async function removeAgentImages(...agents: readonly string[]): Promise<void> {
  const tags = (await docker.images()).flatMap(({ RepoTags }) => Array.from(RepoTags ?? []));
  for (const tag of tags.filter((name) => agents.some((agent) => name.startsWith(`nasiko/agent-${agent}:`))))
    await docker.find(`remove ${tag}`, (engine) => engine.getImage(tag).remove({ force: true }));
}

/** One call, as a client sends it that never tries again. @returns the version that answered, or what went wrong */
export async function callTinyAgent(url: string, milliseconds = 0): Promise<string> {
  try {
    const response = await fetch(`${url}${milliseconds}`, { method: "POST", body: "?" });
    const text = await response.text();
    return response.status === 200 ? text : `status ${response.status}: ${text}`;
  } catch (error) {
    return `no answer: ${String(error instanceof Error ? (error.cause ?? error) : error)}`;
  }
}

/** Answers to calls at a steady pace, whatever becomes of each. */
export interface Load {
  /** Ends it. @returns every answer, in the order of the calls */
  stop(): Promise<readonly string[]>;
}

export function startLoad(url: string, perSecond: number): Load {
  const answers: Promise<string>[] = [];
  const timer = setInterval(() => answers.push(callTinyAgent(url)), 1000 / perSecond);
  return {
    stop: () => {
      clearInterval(timer);
      return Promise.all(answers);
    },
  };
}
