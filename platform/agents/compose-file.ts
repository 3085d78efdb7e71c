import { z } from "zod";

import { MEGABYTE, parseByteSize } from "../../engine/formats/byte-size.ts";
import type { NasikoError } from "../errors/define-error.ts";
import { agentFileInvalid } from "./errors.ts";
import { type LocatedDocument, readDocument } from "./located-document.ts";

/** A variable that a compose file names. */
export interface NamedVariable {
  readonly name: string;
  /** As written, variables not yet filled in; undefined: the value is to come from outside. */
  readonly text: string | undefined;
  readonly line: number;
}

/** The one service of an agent's compose file: what the platform takes from it. */
export interface ComposeService {
  /** Name of the container, else of the service. */
  readonly name: string;
  /** Only when there is nothing to build. @default built from the folder */
  readonly image?: { readonly reference: string; readonly line: number };
  readonly build?: {
    /** @default "." */
    readonly context: string;
    /** @default "Dockerfile" */
    readonly dockerfile?: string;
    readonly args: readonly NamedVariable[];
  };
  readonly environment: readonly NamedVariable[];
  /** Files with KEY=value lines, relative to the folder. */
  readonly envFiles: readonly { readonly path: string; readonly required: boolean; readonly line: number }[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly memoryMegabytes?: number;
  readonly user?: string;
  readonly readOnly: boolean;
  /** Path to mount options. */
  readonly tmpfs: Readonly<Record<string, string>>;
  /** Ports inside the container that the file mentions. */
  readonly ports: readonly number[];
  /** Every file and folder that it names, as it is written; whether it is used or not. */
  readonly paths: readonly NamedPath[];
}

/** A path in a compose file. */
export interface NamedPath {
  readonly path: string;
  /** What it is, e.g. "build.context". */
  readonly what: string;
  readonly line: number;
}

export interface ComposeReading {
  /** Undefined when the file cannot be used. */
  readonly service: ComposeService | undefined;
  readonly problems: readonly NasikoError[];
  /** What the file asks for and does not get. */
  readonly notes: readonly string[];
}

/** What an agent is not given, whatever its compose file says, and why. */
const NOT_GIVEN: Readonly<Record<string, string>> = {
  volumes: "agents keep nothing on disk",
  network_mode: "agents are on the platform's network for agents",
  privileged: "agents run without privileges",
  cap_add: "agents run without capabilities",
  devices: "agents have no devices",
  pid: "agents do not see other processes",
  ipc: "agents share no memory with others",
};

const scalar = z
  .union([z.string(), z.number(), z.boolean()], "it is neither text nor number")
  .transform(String);
const variables = z.union(
  [z.record(z.string(), z.union([scalar, z.null()])), z.array(z.string())],
  "it is neither a map nor a list of KEY=value",
);
const words = z.union([z.string(), z.array(z.string())], "it is neither a text nor a list of texts");
const oneOrMore = <Item extends z.ZodType>(item: Item) =>
  z.union([item.transform((only): z.output<Item>[] => [only]), z.array(item)]);
/** As Compose has it: b, k, m, g, with or without a second b; megabytes. */
const memory = z
  .union([z.string(), z.number()])
  .transform(String)
  .transform((text) => parseByteSize(text) ?? Number.NaN)
  .refine((bytes) => !Number.isNaN(bytes), "it is no size like 256m")
  .transform((bytes) => Math.floor(bytes / MEGABYTE))
  .refine((megabytes) => megabytes >= 6, "it is below 6m, the least that Docker takes");

const Service = z.looseObject({
  container_name: scalar.optional(),
  image: z.string("image is no text").optional(),
  build: z
    .union([
      z.string().transform((context) => ({
        context,
        dockerfile: undefined,
        args: undefined,
        additional_contexts: undefined,
      })),
      z.looseObject({
        context: z.string().default("."),
        dockerfile: z.string().optional(),
        args: variables.optional(),
        additional_contexts: z.unknown().optional(),
      }),
    ])
    .optional(),
  environment: variables.nullish(),
  env_file: oneOrMore(
    z.union([
      z.string().transform((path) => ({ path, required: true })),
      z.looseObject({ path: z.string(), required: z.boolean().default(true) }),
    ]),
  ).optional(),
  entrypoint: words.nullish(),
  command: words.nullish(),
  mem_limit: memory.optional(),
  deploy: z
    .looseObject({
      resources: z
        .looseObject({ limits: z.looseObject({ memory: memory.optional() }).optional() })
        .optional(),
    })
    .nullish(),
  user: scalar.optional(),
  extends: z.unknown().optional(),
  read_only: z.boolean("read_only is neither true nor false").default(false),
  tmpfs: oneOrMore(z.string()).default([]),
  ports: z.array(z.unknown(), "ports is no list").default([]),
  expose: z.array(scalar, "expose is no list").default([]),
});

const ComposeFile = z.looseObject({
  services: z.record(z.string(), Service, "services is no map"),
  secrets: z.unknown().optional(),
  configs: z.unknown().optional(),
  include: z.unknown().optional(),
});

/**
 * Reads an agent's compose file. It names networks, ports and restart policies for a life without the platform:
 * those are the platform's business here.
 * @param path for the messages, relative to the checkout
 */
export function readComposeFile(path: string, text: string): ComposeReading {
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
  const parsed = ComposeFile.safeParse(document.data);
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
  return {
    service: toService(key, parsed.data, given, document),
    problems: [],
    notes: Object.keys(given)
      .filter((name) => NOT_GIVEN[name] !== undefined && given[name] !== false)
      .map(
        (name) =>
          `${path}:${document.lineOf(["services", key, name])}: ${name} is left out: ${NOT_GIVEN[name] ?? ""}`,
      ),
  };
}

function toService(
  key: string,
  file: z.output<typeof ComposeFile>,
  given: z.output<typeof Service>,
  document: LocatedDocument,
): ComposeService {
  const at = (...path: readonly PropertyKey[]): number => document.lineOf(["services", key, ...path]);
  const megabytes = given.mem_limit ?? given.deploy?.resources?.limits?.memory;
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
            args: namedVariables(build.args ?? [], (part) => at("build", "args", part)),
          },
        }),
    environment: namedVariables(given.environment ?? [], (part) => at("environment", part)),
    envFiles: (given.env_file ?? []).map(({ path, required }, index) => ({
      path,
      required,
      line: at("env_file", index),
    })),
    ...(given.entrypoint == null ? {} : { entrypoint: splitWords(given.entrypoint) }),
    ...(given.command == null ? {} : { command: splitWords(given.command) }),
    ...(megabytes === undefined ? {} : { memoryMegabytes: megabytes }),
    ...(given.user === undefined ? {} : { user: given.user }),
    readOnly: given.read_only,
    tmpfs: Object.fromEntries(given.tmpfs.map(splitTmpfs)),
    ports: [...given.ports.flatMap(containerPort), ...given.expose.map(Number)].filter(Number.isInteger),
    paths: namedPaths(key, file, given, document),
  };
}

/** Keys below which Compose reads files; of most of them nothing is used here, but their author counts on it. */
function namedPaths(
  key: string,
  file: z.output<typeof ComposeFile>,
  { build, env_file: envFiles = [], extends: base }: z.output<typeof Service>,
  { lineOf }: LocatedDocument,
): readonly NamedPath[] {
  const named = (what: string, path: unknown, ...where: readonly PropertyKey[]): readonly NamedPath[] =>
    typeof path === "string" ? [{ path, what, line: lineOf(where) }] : [];
  const service = ["services", key] as const;
  const files = (section: "secrets" | "configs"): readonly NamedPath[] =>
    Object.entries(recordOf(file[section])).flatMap(([name, entry]) =>
      named(`${section}.${name}`, recordOf(entry)["file"], section, name),
    );
  const dockerfile = build?.dockerfile;
  return [
    ...(build === undefined ? [] : named("build.context", build.context, ...service, "build")),
    ...(dockerfile === undefined || build === undefined
      ? []
      : named("build.dockerfile", `${build.context}/${dockerfile}`, ...service, "build", "dockerfile")),
    ...namedContexts(build?.additional_contexts).flatMap(([name, path]) =>
      named(`build.additional_contexts.${name}`, path, ...service, "build", "additional_contexts"),
    ),
    ...envFiles.flatMap(({ path }, index) => named("env_file", path, ...service, "env_file", index)),
    ...named("extends", recordOf(base)["file"], ...service, "extends"),
    ...files("secrets"),
    ...files("configs"),
    ...[file.include].flat().flatMap((entry) => {
      const path = typeof entry === "string" ? entry : recordOf(entry)["path"];
      return [path].flat().flatMap((each) => named("include", each, "include"));
    }),
  ];
}

/** As a map, or a list of name=path; addresses and images are no paths. */
function namedContexts(given: unknown): readonly (readonly [string, string])[] {
  const pairs = Array.isArray(given)
    ? given.map((entry): readonly [string, unknown] => {
        const [name = "", ...path] = String(entry).split("=");
        return [name, path.join("=")];
      })
    : Object.entries(recordOf(given));
  return pairs.flatMap(([name, path]) =>
    typeof path === "string" && !/^[a-z][a-z+-]*:/.test(path) ? [[name, path] as const] : [],
  );
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  // Whatever a key of an object holds is unknown; that much is known of every object.
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

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

/** Words of a command line, with quotes as a shell has them; nothing is expanded. */
function splitWords(line: string | readonly string[]): readonly string[] {
  if (typeof line !== "string") return line;
  return [...line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/g)].map(([word]) =>
    word.replace(
      /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
      (_match, double?: string, single?: string, one?: string) =>
        double === undefined ? (single ?? one ?? "") : double.replace(/\\(["\\$`])/g, "$1"),
    ),
  );
}

function splitTmpfs(entry: string): readonly [string, string] {
  const [path = "", ...options] = entry.split(":");
  return [path, options.join(":")];
}

/** Of "8085:5000", "127.0.0.1:5000:5000/tcp", 5000, and { target: 5000 }. */
function containerPort(entry: unknown): readonly number[] {
  if (typeof entry === "object" && entry !== null && "target" in entry) return [Number(entry.target)];
  const port = /(\d+)(?:\/tcp)?$/.exec(String(entry))?.[1];
  return port === undefined ? [] : [Number(port)];
}
