import { containerPorts } from "../../engine/formats/compose/container-ports.ts";
import type { NasikoError } from "../errors/define-error.ts";
import type { VariableLookup } from "../settings/variable.ts";
import { asksForNothing, BUILD_KEYS, FILE_KEYS, treatmentOf } from "./compose-keys.ts";
import { type BuildSecret, type ReadSecrets, readBuildSecrets } from "./build-secrets.ts";
import { ComposeFileSchema, type GivenService } from "./compose-schema.ts";
import { type ContainerOptions, containerOptions } from "./container-options.ts";
import { agentFileInvalid } from "./errors.ts";
import { fillInAll } from "./fill-in.ts";
import { type LocatedDocument, readDocument } from "./located-document.ts";
import { type NamedPath, namedPaths } from "./named-paths.ts";
import { type NamedVolume, readVolumes } from "./named-volumes.ts";

/** A variable that a compose file names. */
export interface NamedVariable {
  readonly name: string;
  /** As written, variables not yet filled in; undefined: the value is to come from outside. */
  readonly text: string | undefined;
  readonly line: number;
}

/** The one service of an agent's compose file: what the platform takes from it. */
export interface ComposeService extends ContainerOptions {
  /** Name of the container, else of the service. */
  readonly name: string;
  /** Only when there is nothing to build. @default built from the folder */
  readonly image?: { readonly reference: string; readonly line: number };
  readonly build?: {
    /** @default "." */
    readonly context: string;
    /** @default "Dockerfile" */
    readonly dockerfile?: string;
    /** Name of the stage. @default the last */
    readonly target?: string;
    readonly args: readonly NamedVariable[];
    /** What `RUN --mount=type=secret` gets while it runs, and the image does not keep. */
    readonly secrets: readonly BuildSecret[];
  };
  readonly environment: readonly NamedVariable[];
  /** Files with KEY=value lines, relative to the folder. */
  readonly envFiles: readonly EnvFilePath[];
  /** Volumes that outlive versions of the agent. */
  readonly volumes: readonly NamedVolume[];
  /** Ports inside the container that the file mentions. */
  readonly ports: readonly number[];
  /** Every file and folder that it names, as it is written; whether it is used or not. */
  readonly paths: readonly NamedPath[];
}

export interface EnvFilePath {
  readonly path: string;
  readonly required: boolean;
  readonly line: number;
}

export interface ComposeReading {
  /** Undefined when the file cannot be used. */
  readonly service: ComposeService | undefined;
  readonly problems: readonly NasikoError[];
  /** What the file asks for and does not get. */
  readonly notes: readonly string[];
}

/** Values that are filled in with the agent's secrets, which nothing else of the file may hold. */
const isFilledInLater = (path: readonly PropertyKey[]): boolean =>
  path[0] === "services" &&
  (path[2] === "environment" || (path[2] === "build" && path[3] === "args")) &&
  path.length > 2;

/**
 * Reads an agent's compose file as Docker Compose would. It names networks, ports and restart policies for a life
 * without the platform: those are the platform's business here.
 * @param path for the messages, relative to the checkout
 * @param lookup variables of the surroundings, secrets excepted
 */
export function readComposeFile(
  path: string,
  text: string,
  lookup: VariableLookup = () => undefined,
): ComposeReading {
  const document = readDocument(text);
  const refuse = (line: number, reason: string): NasikoError =>
    agentFileInvalid({
      path,
      line,
      reason,
      suggestion: `Correct line ${line}: docker compose -f ${path} config`,
    });
  const refused = (problems: readonly NasikoError[]): ComposeReading => ({
    service: undefined,
    problems,
    notes: [],
  });

  if (document.errors.length > 0)
    return refused(document.errors.map(({ line, reason }) => refuse(line, `it is no YAML: ${reason}`)));
  const filled = fillInAll(document.data, lookup, isFilledInLater);
  if (filled.problems.length > 0)
    return refused(filled.problems.map((problem) => refuse(document.lineOf(problem.path), problem.reason)));
  const parsed = ComposeFileSchema.safeParse(filled.data);
  if (!parsed.success)
    return refused(
      parsed.error.issues.map((issue) => {
        const where =
          issue.path.length === 0 ? "services is missing" : `${issue.path.join(".")}: ${issue.message}`;
        return refuse(document.lineOf(issue.path), where);
      }),
    );
  const names = Object.keys(parsed.data.services);
  const [key = "", second] = names;
  if (names.length === 0) return refused([refuse(document.lineOf(["services"]), "it has no service")]);
  if (second !== undefined) {
    const reason = `it has ${names.length} services (${names.join(", ")}), and an agent is one container`;
    return refused([refuse(document.lineOf(["services", second]), reason)]);
  }
  const given = parsed.data.services[key];
  if (given === undefined) throw new Error("a record has no value for its own key");
  const at = (...parts: readonly PropertyKey[]): number => document.lineOf(["services", key, ...parts]);
  const note = (line: number, text_: string): string => `${path}:${line}: ${text_}`;
  const { volumes, notes: volumeNotes } = readVolumes(given.volumes, parsed.data.volumes ?? {});
  const { options, notes: optionNotes } = containerOptions(given);
  const secrets = readBuildSecrets(given.build?.secrets ?? [], parsed.data.secrets ?? {});
  const service = {
    ...options,
    ...toService(key, given, at, secrets.found),
    volumes,
    paths: namedPaths(key, parsed.data, given, document),
  };
  return {
    service,
    problems: [
      ...("extends" in given ? [refuse(at("extends"), "it extends a service of another place")] : []),
      ...service.environment
        .filter(({ name }) => name !== name.trim() || name === "")
        .map(({ name, line }) => refuse(line, `${JSON.stringify(name)} is no name of a variable`)),
      ...secrets.problems.map(({ index, reason }) => refuse(at("build", "secrets", index), reason)),
    ],
    notes: [
      ...filled.missing.map((one) =>
        note(document.lineOf(one.path), `${one.name} has no value, so it is empty here`),
      ),
      ...leftOut(path, given, parsed.data, at, (name) => document.lineOf([name])),
      ...volumeNotes.map(({ index, text: reason }) => note(at("volumes", index), reason)),
      ...optionNotes.map(({ key: option, text: reason }) => note(at(option), `${option}: ${reason}`)),
      ...ambiguous(path, key, given, document),
    ],
  };
}

/** A line for each key that is not honoured, and one for all that are the platform's business. */
function leftOut(
  path: string,
  given: GivenService,
  file: object,
  at: (...parts: readonly PropertyKey[]) => number,
  lineOf: (name: string) => number,
): readonly string[] {
  const notes: string[] = [];
  const routine: string[] = [];
  for (const [name, value] of Object.entries(given as Readonly<Record<string, unknown>>)) {
    if (name.startsWith("x-") || asksForNothing(name, value)) continue;
    const treatment = treatmentOf(name);
    if (treatment === "honoured") continue;
    if (treatment === "platform") routine.push(name);
    else
      notes.push(
        `${path}:${at(name)}: ${name} is left out: ${treatment?.without ?? "the Compose specification knows no such key"}`,
      );
  }
  for (const name of Object.keys(given.build ?? {}))
    if (!BUILD_KEYS.has(name) && Object.hasOwn(given.build ?? {}, name))
      notes.push(
        `${path}:${at("build", name)}: build.${name} is left out: an agent is built from its folder alone`,
      );
  for (const name of deployNotes(given.deploy))
    notes.push(
      `${path}:${at("deploy")}: deploy.${name} is left out: of deploy only limits of memory and cpus count`,
    );
  for (const name of Object.keys(file))
    if (!FILE_KEYS.has(name) && !name.startsWith("x-"))
      notes.push(`${path}:${lineOf(name)}: ${name} is left out: an agent is one service, in one file`);
  return routine.length === 0
    ? notes
    : [...notes, `${path}: ${routine.join(", ")}: these are the platform's business`];
}

function deployNotes(deploy: GivenService["deploy"]): readonly string[] {
  const { resources, ...rest } = deploy ?? {};
  const { limits, ...others } = resources ?? {};
  return [
    ...Object.keys(rest),
    ...Object.keys(others).map((name) => `resources.${name}`),
    ...Object.keys(limits ?? {})
      .filter((name) => name !== "memory" && name !== "cpus")
      .map((name) => `resources.limits.${name}`),
  ];
}

/** Values that Docker Compose would write in another way, because it takes them for numbers or dates. */
function ambiguous(
  path: string,
  key: string,
  { environment }: GivenService,
  { isAmbiguous, lineOf }: LocatedDocument,
): readonly string[] {
  if (environment === null || environment === undefined || Array.isArray(environment)) return [];
  return Object.entries(environment).flatMap(([name, value]) => {
    const place = ["services", key, "environment", name];
    return isAmbiguous(place)
      ? [
          `${path}:${lineOf(place)}: ${name} is ${value ?? ""} as it is written; Docker Compose takes that for a number or a date: put it in quotes`,
        ]
      : [];
  });
}

function toService(
  key: string,
  given: GivenService,
  at: (...parts: readonly PropertyKey[]) => number,
  buildSecrets: ReadSecrets["found"],
): Omit<ComposeService, keyof ContainerOptions | "volumes" | "paths"> {
  const { build, image } = given;
  return {
    name: given.container_name ?? key,
    ...(image !== undefined && build === undefined ? { image: { reference: image, line: at("image") } } : {}),
    ...(build === undefined
      ? {}
      : {
          build: {
            context: build.context,
            ...(build.dockerfile === undefined ? {} : { dockerfile: build.dockerfile }),
            ...(build.target === undefined ? {} : { target: build.target }),
            args: namedVariables(build.args ?? [], (part) => at("build", "args", part)),
            secrets: buildSecrets.map(({ index, ...secret }) => ({
              ...secret,
              line: at("build", "secrets", index),
            })),
          },
        }),
    environment: namedVariables(given.environment ?? [], (part) => at("environment", part)),
    envFiles: (given.env_file ?? []).map(({ path, required }, index) => ({
      path,
      required,
      line: at("env_file", index),
    })),
    ports: [...given.ports.flatMap(containerPorts), ...given.expose.flatMap(containerPorts)],
  };
}

function namedVariables(
  given: Readonly<Record<string, string | null>> | readonly string[],
  lineOf: (part: PropertyKey) => number,
): readonly NamedVariable[] {
  if (!Array.isArray(given))
    return Object.entries(given).map(([name, text]) => ({
      name,
      text: text ?? undefined,
      line: lineOf(name),
    }));
  return given.map((entry: string, index) => {
    const equals = entry.indexOf("=");
    return equals === -1
      ? { name: entry, text: undefined, line: lineOf(index) }
      : { name: entry.slice(0, equals), text: entry.slice(equals + 1), line: lineOf(index) };
  });
}
