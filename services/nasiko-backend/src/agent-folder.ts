import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { toAgentName } from "./agent-name.ts";

/** What the files of an agent say about it, or what they lack. */
export interface AgentFolder {
  readonly problems: readonly string[];
  /** From docker-compose.yml; undefined when it names none that can be used. */
  readonly name: string | undefined;
  /** From the agent card. @default "1.0.0" */
  readonly version: string;
  readonly card: Readonly<Record<string, unknown>> | undefined;
}

const DEFAULT_VERSION = "1.0.0";
/** It becomes the name of a folder. */
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,40}$/;
const LARGEST_FILE = 1024 * 1024;

const Compose = z.object({
  services: z.record(z.string(), z.looseObject({ container_name: z.string().optional() }).nullable()),
});
const Card = z.looseObject({ version: z.string().optional() });

/** Checks a folder against the contract of agents: a Dockerfile, a docker-compose.yml, and a card if there is one. */
export async function readAgentFolder(folder: string): Promise<AgentFolder> {
  const problems: string[] = [];
  const dockerfile = await readText(folder, "Dockerfile");
  if (dockerfile === undefined) problems.push("Dockerfile is missing");
  else if (!/^\s*FROM\s+\S/im.test(dockerfile)) problems.push("Dockerfile has no FROM line");

  const composeText = await readText(folder, "docker-compose.yml");
  const compose = composeText === undefined ? undefined : Compose.safeParse(parseOr(composeText, parse)).data;
  if (composeText === undefined) problems.push("docker-compose.yml is missing");
  else if (compose === undefined || Object.keys(compose.services).length === 0)
    problems.push("docker-compose.yml is no YAML with services");

  const cardText = await readText(folder, "AgentCard.json");
  const card = cardText === undefined ? undefined : Card.safeParse(parseOr(cardText, JSON.parse)).data;
  if (cardText !== undefined && card === undefined) problems.push("AgentCard.json is no JSON object");
  const version = (card?.version ?? DEFAULT_VERSION).replace(/^v(?=\d)/, "");
  if (!VERSION.test(version)) problems.push("the version in AgentCard.json is none");
  return { problems, name: nameOf(compose), version, card };
}

function nameOf(compose: z.output<typeof Compose> | undefined): string | undefined {
  const services = Object.entries(compose?.services ?? {});
  const named = services.map(([, service]) => service?.container_name).find((name) => name !== undefined);
  return toAgentName(named ?? services[0]?.[0] ?? "");
}

/** @returns undefined when there is no such regular file, or none of a reasonable size */
async function readText(folder: string, name: string): Promise<string | undefined> {
  try {
    const path = join(folder, name);
    const { size, ...stat } = await lstat(path).then((found) => ({
      size: found.size,
      isFile: found.isFile(),
    }));
    return stat.isFile && size <= LARGEST_FILE ? await readFile(path, "utf8") : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** @returns undefined for what cannot be parsed */
function parseOr(text: string, parser: (text: string) => unknown): unknown {
  try {
    return parser(text);
  } catch {
    return undefined;
  }
}
