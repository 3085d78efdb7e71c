import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";

import { NasikoError } from "../errors/define-error.ts";
import { readBytes, readNames } from "../images/read-file.ts";
import { callableBy } from "../../engine/formats/a2a/call.ts";
import { type PortCandidate, portCandidates } from "../../engine/formats/a2a/ports.ts";
import {
  CARD_FILE,
  cardFileOf,
  COMPOSE_FILES,
  DOCKERFILES,
  firstOf,
} from "../../engine/formats/agent-files.ts";
import { readEnvFile, valuesOf } from "../../engine/formats/compose/env-file.ts";
import { type FinalStage, readFinalStage } from "../../engine/formats/final-stage.ts";
import { type AgentCard, readAgentCard } from "./agent-card.ts";
import { type ComposeService, type NamedVariable, readComposeFile } from "./compose-file.ts";
import type { VariableLookup } from "../settings/variable.ts";
import { agentFileInvalid, agentReachesOut } from "./errors.ts";
import { isInside } from "./folder-border.ts";

/** What an agent's folder says about the agent: the contract with the platform, as data. */
export interface AgentContract {
  /** Path of the compose file, relative to the checkout; variables are named there. */
  readonly composePath: string;
  /** What the folder calls the agent. @default the service's name in the compose file, else none */
  readonly ownName: string | undefined;
  /** Where in the container it may serve its card and its calls; the others count when the first is silent. */
  readonly ports: readonly [PortCandidate, ...PortCandidate[]];
  /** Name of the build file in the context. @default "Dockerfile" */
  readonly dockerfile?: string;
  /** What its Dockerfile says of its containers; none where an image is taken as it is. */
  readonly stage?: FinalStage;
  /** The card that its folder holds, for an agent that serves none. */
  readonly card?: Readonly<Record<string, unknown>>;
  readonly environment: readonly NamedVariable[];
  /** Values of its own file of variables, for what the compose file names. */
  readonly ownValues: Readonly<Record<string, string>>;
  /** The files that the compose file names under env_file; their variables may be made of others. */
  readonly envFiles: readonly EnvFileContent[];
  /** Content of the files that its build has secrets from, by path as the compose file has it. */
  readonly secretFiles: ReadonlyMap<string, Uint8Array>;
  /** Undefined: built from the folder with its Dockerfile. */
  readonly service: Omit<ComposeService, "name" | "environment" | "envFiles" | "ports" | "paths"> | undefined;
}

export interface EnvFileContent {
  /** For the messages, relative to the checkout. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface AgentReading {
  /** Undefined when something in the folder cannot be used. */
  readonly contract: AgentContract | undefined;
  readonly problems: readonly NasikoError[];
  /** What its author should know, and what can stay as it is. */
  readonly notes: readonly string[];
}

const ENV_FILE = ".env";

/** Files of a folder that are read by their names, and by which a link could lead elsewhere. */
const READ_BY_NAME = [
  ...COMPOSE_FILES,
  CARD_FILE,
  ENV_FILE,
  ...DOCKERFILES.flatMap((name) => [name, `${name}.dockerignore`]),
  ".dockerignore",
];

export interface AgentPlace {
  /** Absolute folder of the checkout. */
  readonly root: string;
  /** Relative to it. */
  readonly folder: string;
  /** Name of the agent, for the messages. */
  readonly agent: string;
  /** The folder is somebody else's: nothing outside of it is read. */
  readonly confined: boolean;
  /** Variables that its files may be made of, as far as the agent may have them; no secrets. @default none */
  readonly outside?: VariableLookup;
}

/** Reads an agent's folder; its Dockerfile only for the ports that it names, the image's description reads the rest. */
export function readAgent(place: AgentPlace): AgentReading {
  try {
    return readFolder(place, readNames(join(place.root, place.folder)));
  } catch (error) {
    // What keeps a folder from being read at all is one problem among those of the other agents.
    if (error instanceof NasikoError) return { contract: undefined, problems: [error], notes: [] };
    throw error;
  }
}

function readFolder(
  { root, folder, agent, confined, outside = () => undefined }: AgentPlace,
  names: readonly string[],
): AgentReading {
  const place = (name: string): string => posix.join(folder, name);
  const absolute = join(root, folder);
  const problems: NasikoError[] = [];
  const notes: string[] = [];
  const isOutside = (path: string): boolean => confined && !isInside(absolute, path);
  const reachesOut = (path: string, line: number | undefined, named: string): NasikoError =>
    agentReachesOut({ agent, named, path, line, folder });
  /** @returns undefined when there is no such file, or it cannot be read, which is a problem then */
  const readRaw = (name: string | undefined): Buffer | undefined => {
    // It is among the problems already, with the line that names it.
    if (name === undefined || isOutside(name)) return undefined;
    try {
      return readBytes(join(absolute, name));
    } catch (error) {
      if (!(error instanceof NasikoError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const read = (name: string | undefined): string | undefined => readRaw(name)?.toString("utf8");

  for (const name of names.filter((each) => isReadByName(each) && isOutside(each)))
    problems.push(reachesOut(place(name), undefined, "it is a link to elsewhere"));
  const composeName = firstOf(COMPOSE_FILES, names);
  if (composeName === undefined)
    notes.push(`${folder} has no docker-compose.yml: the agent gets no variables but its name and address.`);
  const composePath = place(composeName ?? "docker-compose.yml");
  const composeText = read(composeName);
  // A folder of that name is an environment of Python's: it holds no variables.
  const isFolder = statSync(join(absolute, ENV_FILE), { throwIfNoEntry: false })?.isDirectory() === true;
  const ownFile = names.includes(ENV_FILE) && !isFolder ? readRaw(ENV_FILE) : undefined;
  const own = ownFile === undefined ? NO_VARIABLES : readEnvFile(ownFile, outside);
  const ownValues = valuesOf(own);
  problems.push(...own.problems.map((problem) => lineInvalid(place(ENV_FILE), problem)));
  const lookup: VariableLookup = (name) => {
    const value = Object.hasOwn(ownValues, name) ? ownValues[name] : undefined;
    return outside(name) ?? (value === undefined ? undefined : { value, sensitive: false });
  };
  const compose = composeText === undefined ? undefined : readComposeFile(composePath, composeText, lookup);

  const cardName = cardFileOf(names);
  const cardText = read(cardName);
  const card = cardText === undefined ? undefined : readAgentCard(place(cardName ?? CARD_FILE), cardText);
  notes.push(...(compose?.notes ?? []));

  const service = compose?.service;
  const reaching = (service?.paths ?? []).filter(({ path }) => isOutside(path));
  problems.push(
    ...reaching.map(({ path, what, line }) => reachesOut(composePath, line, `${what} is ${path}`)),
    // What else is wrong with it can wait.
    ...(reaching.length > 0 ? [] : (compose?.problems ?? [])),
    ...(card?.problems ?? []),
  );
  const envFiles: EnvFileContent[] = [];
  for (const { path, required, line } of service?.envFiles ?? []) {
    const bytes = readRaw(path);
    if (bytes !== undefined) envFiles.push({ path: place(path), bytes });
    else if (required && !isOutside(path)) problems.push(envFileMissing(composePath, line, path));
  }
  const secretFiles = new Map<string, Uint8Array>();
  for (const { from, line } of service?.build?.secrets ?? []) {
    if (!("file" in from)) continue;
    const bytes = readRaw(from.file);
    if (bytes !== undefined) secretFiles.set(from.file, bytes);
    else if (!isOutside(from.file)) problems.push(secretFileMissing(composePath, line, from.file));
  }
  if (problems.length > 0) return { contract: undefined, problems, notes };

  const { build, environment = [], name: ownName, entrypoint = [], command = [] } = service ?? {};
  const inContext = (name: string): string => posix.join(build?.context ?? ".", name);
  const dockerfile =
    build?.dockerfile ?? DOCKERFILES.find((name) => existsSync(join(root, folder, inContext(name))));
  if (dockerfile !== undefined && isOutside(inContext(dockerfile)))
    return {
      contract: undefined,
      problems: [reachesOut(place(inContext(dockerfile)), undefined, "it is a link to elsewhere")],
      notes,
    };
  const dockerfileText = dockerfile === undefined ? undefined : read(inContext(dockerfile));
  const stage =
    dockerfileText === undefined ? undefined : readFinalStage(dockerfileText, service?.build?.target);
  const ports = portCandidates({
    ...(card?.card === undefined ? {} : { card: { file: cardName ?? CARD_FILE, ...card.card } }),
    ...(dockerfile === undefined || stage === undefined ? {} : { dockerfile: { file: dockerfile, stage } }),
    ...(composeName === undefined || service === undefined
      ? {}
      : {
          compose: {
            file: composeName,
            ports: service.ports,
            command: [...entrypoint, ...command].join(" "),
          },
        }),
  });
  notes.push(...portNotes(folder, ports), ...cardNotes(place(cardName ?? CARD_FILE), card?.card));
  return {
    contract: {
      composePath,
      ownName,
      ports,
      environment,
      ownValues,
      envFiles,
      secretFiles,
      service,
      ...(dockerfile === undefined ? {} : { dockerfile }),
      ...(stage === undefined || service?.image !== undefined ? {} : { stage }),
      ...(card?.card?.content === undefined ? {} : { card: card.card.fields }),
    },
    problems,
    notes,
  };
}

/** Which port is taken, and why; nothing when the card says so itself. */
function portNotes(folder: string, [first, ...others]: AgentContract["ports"]): readonly string[] {
  if (others.length === 0 && first.from !== "the default") return [];
  const rest = others.map(({ port, from }) => `${port} (${from})`);
  const otherwise = rest.length === 0 ? "" : `; if nothing answers there: ${rest.join(", ")}`;
  return [
    `${folder} is asked on port ${first.port}, from ${first.from}${otherwise}. "port" in ${CARD_FILE} decides.`,
  ];
}

function cardNotes(path: string, card: AgentCard | undefined): readonly string[] {
  const callable = card?.content && callableBy(card.content);
  return callable?.kind === "unsupported"
    ? [
        `${path} offers ${callable.bindings.join(" and ")} only: the platform calls agents by JSON-RPC, which this agent has to speak as well.`,
      ]
    : [];
}

const isReadByName = (name: string): boolean =>
  READ_BY_NAME.some((known) => known.toLowerCase() === name.toLowerCase());

const NO_VARIABLES = { variables: [], problems: [] };

/** Something in an env file that says nothing. */
export const lineInvalid = (
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): NasikoError =>
  agentFileInvalid({
    path,
    line,
    reason,
    suggestion: "Write NAME=value, with quotes around what is no plain text.",
  });

const secretFileMissing = (path: string, line: number, missing: string): NasikoError =>
  agentFileInvalid({
    path,
    line,
    reason: `its build has a secret from the file ${missing}, which is not there`,
    suggestion: `Create ${posix.join(posix.dirname(path), missing)}, and name it in .dockerignore.`,
  });

const envFileMissing = (path: string, line: number, missing: string): NasikoError =>
  agentFileInvalid({
    path,
    line,
    reason: `it names the file ${missing}, which is not there`,
    suggestion: `Create ${posix.join(posix.dirname(path), missing)}, or write "required: false" behind its path.`,
  });
