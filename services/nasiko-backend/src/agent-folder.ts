import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import {
  CARD_FILE,
  cardFileOf,
  COMPOSE_FILES,
  DOCKERFILES,
  firstOf,
} from "../../../engine/formats/agent-files.ts";
import { parseBoundedYaml } from "../../../engine/formats/yaml-limits.ts";
import type { BaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import { checkDockerfile } from "../../lib/dockerfile/check-dockerfile.ts";
import type { DockerfileRefusal } from "../../lib/dockerfile/refusal.ts";
import { parseBoundedJson } from "../../lib/json.ts";
import { toAgentName } from "./agent-name.ts";

/** What the files of an agent say about it, or what they lack. */
export interface AgentFolder {
  readonly problems: readonly string[];
  /** What in the Dockerfile may not be built; undefined when there is nothing. */
  readonly dockerfile: DockerfileRefusal | undefined;
  /** From the compose file, else from the card; undefined when neither names one that can be used. */
  readonly name: string | undefined;
  /** From the agent card. @default "1.0.0" */
  readonly version: string;
  readonly card: Readonly<Record<string, unknown>> | undefined;
}

const DEFAULT_VERSION = "1.0.0";
/** It becomes the name of a folder. */
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,40}$/;
/** Bytes of each file that is read; none comes near this. */
const LARGEST_FILE = 64 * 1024;
const CARD = { values: 5000, depth: 32 };

const Compose = z.object({
  services: z.record(z.string(), z.looseObject({ container_name: z.string().optional() }).nullable()),
});
const Card = z.looseObject({ name: z.string().optional(), version: z.string().optional() });

/** Checks a folder against the contract of agents: a Dockerfile, and a compose file and a card if they are there. */
export async function readAgentFolder(folder: string, bases: BaseRules): Promise<AgentFolder> {
  const problems: string[] = [];
  const names = await readdir(folder);
  const read = async (name: string | undefined): Promise<string | undefined> =>
    name === undefined ? undefined : readText(folder, name, problems);
  const dockerfile = await read(firstOf(DOCKERFILES, names));
  if (dockerfile === undefined) problems.push("Dockerfile is missing");
  else if (!dockerfile.split("\n").some((line) => /^[ \t]*FROM[ \t]/i.test(line)))
    problems.push("Dockerfile has no FROM line");

  const composeName = firstOf(COMPOSE_FILES, names);
  const composeText = await read(composeName);
  const compose =
    composeText === undefined ? undefined : Compose.safeParse(parseOr(composeText, parseBoundedYaml)).data;
  if (composeText !== undefined && (compose === undefined || Object.keys(compose.services).length === 0))
    problems.push(`${composeName ?? ""} is no YAML with services`);

  const cardName = cardFileOf(names) ?? CARD_FILE;
  const cardText = await read(cardFileOf(names));
  const card =
    cardText === undefined
      ? undefined
      : Card.safeParse(parseOr(cardText, (text) => parseBoundedJson(text, CARD))).data;
  if (cardText !== undefined && card === undefined) problems.push(`${cardName} is no JSON object`);
  const version = (card?.version ?? DEFAULT_VERSION).replace(/^v(?=\d)/, "");
  if (!VERSION.test(version)) problems.push(`the version in ${cardName} is none`);
  return {
    ...{ problems, name: nameOf(compose) ?? toAgentName(card?.name ?? ""), version, card },
    dockerfile: dockerfile === undefined ? undefined : checkDockerfile(dockerfile, bases),
  };
}

function nameOf(compose: z.output<typeof Compose> | undefined): string | undefined {
  const services = Object.entries(compose?.services ?? {});
  const named = services.map(([, service]) => service?.container_name).find((name) => name !== undefined);
  return toAgentName(named ?? services[0]?.[0] ?? "");
}

/** @returns undefined when there is no such regular file; what is too large is a problem, and an empty text */
async function readText(folder: string, name: string, problems: string[]): Promise<string | undefined> {
  try {
    const path = join(folder, name);
    const stat = await lstat(path);
    if (!stat.isFile()) return undefined;
    if (stat.size <= LARGEST_FILE) return await readFile(path, "utf8");
    problems.push(`${name} is larger than ${LARGEST_FILE / 1024} KiB`);
    return "";
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
