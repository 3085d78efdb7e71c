import { readdirSync } from "node:fs";
import { join, posix } from "node:path";

import { parse } from "dotenv";

import { NasikoError } from "../errors/define-error.ts";
import { readOptional } from "../images/read-file.ts";
import { DEFAULT_PORT, readAgentCard } from "./agent-card.ts";
import { type ComposeService, type NamedVariable, readComposeFile } from "./compose-file.ts";
import { agentFileInvalid } from "./errors.ts";

/** What an agent's folder says about the agent: the contract with the platform, as data. */
export interface AgentContract {
  /** Path of the compose file, relative to the checkout; variables are named there. */
  readonly composePath: string;
  /** What the folder calls the agent. @default the service's name in the compose file, else none */
  readonly ownName: string | undefined;
  /** Port inside the container where it serves its card and its calls. */
  readonly port: number;
  readonly environment: readonly NamedVariable[];
  /** Values of its own file of variables, for what the compose file names. */
  readonly ownValues: Readonly<Record<string, string>>;
  /** Variables of the files that the compose file names under env_file. */
  readonly fileValues: Readonly<Record<string, string>>;
  /** Undefined: built from the folder with its Dockerfile. */
  readonly service: Omit<ComposeService, "name" | "environment" | "envFiles" | "ports"> | undefined;
}

export interface AgentReading {
  /** Undefined when something in the folder cannot be used. */
  readonly contract: AgentContract | undefined;
  readonly problems: readonly NasikoError[];
  /** What its author should know, and what can stay as it is. */
  readonly notes: readonly string[];
}

const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
const CARD = "AgentCard.json";
const ENV_FILE = ".env";

/**
 * Reads an agent's folder, its Dockerfile excepted, which the image's description reads.
 * @param root absolute folder of the checkout
 * @param folder relative to it
 */
export function readAgent(root: string, folder: string): AgentReading {
  const place = (name: string): string => posix.join(folder, name);
  const names = readdirSync(join(root, folder));
  const problems: NasikoError[] = [];
  const notes: string[] = [];
  /** @returns undefined when there is no such file, or it cannot be read, which is a problem then */
  const read = (name: string | undefined): string | undefined => {
    try {
      return name === undefined ? undefined : readOptional(join(root, folder, name));
    } catch (error) {
      if (!(error instanceof NasikoError)) throw error;
      problems.push(error);
      return undefined;
    }
  };

  const composeName = COMPOSE_FILES.find((name) => names.includes(name));
  if (composeName === undefined)
    notes.push(`${folder} has no docker-compose.yml: the agent gets no variables but its name and address.`);
  const composePath = place(composeName ?? "docker-compose.yml");
  const composeText = read(composeName);
  const compose = composeText === undefined ? undefined : readComposeFile(composePath, composeText);

  // Some uploads have it in another case, and file systems differ in whether that counts.
  const cardName = names.find((name) => name.toLowerCase() === CARD.toLowerCase());
  if (cardName === undefined)
    notes.push(`${folder} has no ${CARD}: the port is taken to be ${DEFAULT_PORT}.`);
  const cardText = read(cardName);
  const card = cardText === undefined ? undefined : readAgentCard(place(cardName ?? CARD), cardText);
  problems.push(...(compose?.problems ?? []), ...(card?.problems ?? []));
  notes.push(...(compose?.notes ?? []));

  const service = compose?.service;
  const fileValues: Record<string, string> = {};
  for (const { path, required, line } of service?.envFiles ?? []) {
    const text = read(path);
    if (text !== undefined) Object.assign(fileValues, parse(text));
    else if (required) problems.push(envFileMissing(composePath, line, path));
  }
  const ownValues = parse(read(names.find((name) => name === ENV_FILE)) ?? "");
  if (problems.length > 0) return { contract: undefined, problems, notes };

  const port = card?.card?.port ?? DEFAULT_PORT;
  const ports = service?.ports ?? [];
  if (ports.length > 0 && !ports.includes(port))
    notes.push(
      `${composePath} has port ${ports.join(", ")}, the platform asks ${port}: "port" in ${place(CARD)} says which.`,
    );
  const { environment = [], name: ownName } = service ?? {};
  return {
    contract: { composePath, ownName, port, environment, ownValues, fileValues, service },
    problems,
    notes,
  };
}

const envFileMissing = (path: string, line: number, missing: string): NasikoError =>
  agentFileInvalid({
    path,
    line,
    reason: `it names the file ${missing}, which is not there`,
    suggestion: `Create ${posix.join(posix.dirname(path), missing)}, or write "required: false" behind its path.`,
  });
