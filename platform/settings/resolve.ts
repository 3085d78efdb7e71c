import { dockerArchitecture } from "../../engine/formats/architecture.ts";
import type { VariableLookup } from "./variable.ts";
import { NasikoError } from "../errors/define-error.ts";
import type { Setting } from "./define-setting.ts";
import { secretWeak, settingContradicted, settingFixed, settingInvalid, settingUnknown } from "./errors.ts";
import { FIXED_VARIABLES, type FixedVariable } from "./fixed-variables.ts";
import { weaknessOf } from "./weak-secrets.ts";
import { MODEL_SETTINGS } from "./models.ts";
import { nearest } from "./nearest.ts";
import { hostPort, type PortName, PORT_SETTINGS } from "./ports.ts";
import { type SettingName, SETTINGS, type Settings } from "./settings.ts";

/** One place that sets values by environment variable name: the process environment or an env file. */
export interface EnvSource {
  /** For messages, e.g. "the environment" or ".env". */
  readonly name: string;
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Other programs are told by it, too, so only names that are the platform's alone are checked. @default false */
  readonly shared?: true;
  /**
   * Other programs read it, too, so what is set there for them is told and not refused. A name that is almost one of
   * ours is a slip, not another program's.
   * @default refused
   */
  readonly foreign?: "noted";
}

export interface SettingSources {
  readonly stack: string;
  /** As Node names it, e.g. "x64". */
  readonly architecture: string;
  /** First one wins. */
  readonly env: readonly EnvSource[];
  /** The stack's config with full keys, e.g. "nasiko:portKong"; structured values as JSON text. */
  readonly stackConfig: Readonly<Record<string, string>>;
  /**
   * Reads the text of a file that a setting names; throws what keeps it from doing so.
   * @default settings that name a file are refused
   */
  readonly readFile?: (path: string) => string;
}

/** Where a value came from. */
export interface Origin {
  readonly text: string | undefined;
  readonly source: string;
}

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Readonly<Record<SettingName, Origin>>;
  /**
   * Value of a variable that an agent names: a setting's, or what environment and env files say. Whatever is no
   * setting counts as sensitive, because keys and passwords are what people keep there.
   */
  readonly variable: VariableLookup;
  /** What is set and decides nothing here, one line each. */
  readonly notes: readonly string[];
}

/** Names that only the Nasiko platform uses; anything else in an environment is none of our business. */
const OUR_PREFIX = "NASIKO_";
const CONFIG_NAMESPACE = "nasiko:";

/**
 * Turns all sources into validated settings: environment before files before stack config before default.
 * Nothing is thrown: every problem there is comes back at once.
 */
export function resolveSettings(
  sources: SettingSources,
):
  | { readonly ok: true; readonly resolved: ResolvedSettings }
  | { readonly ok: false; readonly problems: readonly NasikoError[] } {
  const names = [...fixedNames(sources), ...unknownNames(sources)];
  const problems: NasikoError[] = names.flatMap((name) => (name instanceof NasikoError ? [name] : []));
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  const secrets: (readonly [Setting<unknown>, Origin])[] = [];
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const places = placesOf(name, setting, sources);
    const origin = places[0] ?? { text: setting.default, source: "default" };
    origins[name] = origin;
    if (setting.unanimous === true) problems.push(...contradiction(setting.env, places));
    const isDefaultPort = places.length === 0 && setting.movable === true;
    const parsed = parse(setting, isDefaultPort ? undefined : origin.text, sources);
    if (parsed.ok) {
      values[name] = parsed.value;
      // A secret of several, such as the agents', names them only.
      if (setting.secret === true && typeof parsed.value === "string") secrets.push([setting, origin]);
    } else problems.push(describeInvalid(name, setting, origin, parsed.reason));
  }
  // What stops a stack has to work whatever its secrets are.
  if (values["authMode"] === "enterprise" && values["running"] === true)
    problems.push(...secrets.flatMap((secret) => weakSecret(...secret)));
  if (problems.length > 0) return { ok: false, problems };
  // The loop above visited every name of the table with its own schema, which is what the types say.
  const settings = { ...values, stack: sources.stack, platform: platformOf(sources) } as unknown as Settings;
  const resolvedOrigins = { ...(origins as ResolvedSettings["origins"]), ...defaultPorts(settings) };
  return {
    ok: true,
    resolved: {
      settings,
      origins: resolvedOrigins,
      variable: (name) => lookUp(name, sources, resolvedOrigins),
      notes: names.flatMap((name) => (name instanceof NasikoError ? [] : [describeForeign(name)])),
    },
  };
}

function parse(
  { schema, file }: Setting<unknown>,
  text: string | undefined,
  { readFile = refuseFiles }: SettingSources,
):
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string | undefined } {
  let content = text;
  if (file === true && text !== undefined) {
    try {
      content = readFile(text);
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : String(error) };
    }
  }
  const { success, data, error } = schema.safeParse(content);
  if (success) return { ok: true, value: data };
  // What zod says by itself repeats what is allowed, in other words.
  const own = error.issues.filter(({ code, message }) => code === "custom" && message !== "Invalid input");
  return { ok: false, reason: own.length === 0 ? undefined : own.map(({ message }) => message).join("; ") };
}

function refuseFiles(): never {
  throw new Error("no files are read here");
}

/** Default host ports as they are used: moved by the offset. */
function defaultPorts(settings: Settings): Partial<Record<PortName, Origin>> {
  const names = Object.keys(PORT_SETTINGS) as PortName[];
  return Object.fromEntries(
    names.flatMap((name): (readonly [PortName, Origin])[] => {
      const port = hostPort(settings, name);
      if (settings[name] !== undefined || port === undefined) return [];
      return [[name, { text: String(port), source: "default" }]];
    }),
  );
}

function lookUp(
  name: string,
  sources: SettingSources,
  origins: ResolvedSettings["origins"],
): ReturnType<VariableLookup> {
  const found = Object.entries<Setting<unknown>>(SETTINGS).find(([, { env }]) => env === name);
  if (found !== undefined) {
    const [key, { secret }] = found;
    // Object.entries forgets that the names are those of the table.
    const { text } = origins[key as SettingName];
    if (text === undefined) return undefined;
    // Keys of models are for agents; all other secrets among the settings open the platform.
    const withheld = secret === true && !Object.hasOwn(MODEL_SETTINGS, key);
    return { value: text, sensitive: secret === true, ...(withheld && { withheld }) };
  }
  const value = sources.env.map(({ values }) => values[name]).find((text) => text !== undefined);
  return value === undefined ? undefined : { value, sensitive: true };
}

const platformOf = ({ architecture }: SettingSources): string => `linux/${dockerArchitecture(architecture)}`;

/** Every place that sets it, the one that counts first. */
function placesOf(
  name: string,
  setting: Setting<unknown>,
  { env, stackConfig }: SettingSources,
): readonly Origin[] {
  const set = env.flatMap(({ name: source, values }): Origin[] => {
    const text = values[setting.env];
    return text === undefined || text === "" ? [] : [{ text, source }];
  });
  const configured = setting.stackConfig ? stackConfig[CONFIG_NAMESPACE + name] : undefined;
  return configured === undefined ? set : [...set, { text: configured, source: "the stack's config" }];
}

function contradiction(setting: string, places: readonly Origin[]): readonly NasikoError[] {
  return new Set(places.map(({ text }) => text)).size > 1 ? [settingContradicted({ setting, places })] : [];
}

/** In mode `enterprise` nobody gets in with a secret that everybody knows. */
function weakSecret({ env, generated }: Setting<unknown>, { text, source }: Origin): readonly NasikoError[] {
  const weakness = text === undefined ? undefined : weaknessOf(text);
  return weakness === undefined
    ? []
    : [secretWeak({ setting: env, source, weakness, generated: generated === true })];
}

function describeInvalid(
  name: string,
  setting: Setting<unknown>,
  origin: Origin,
  reason: string | undefined,
): NasikoError {
  const fromConfig = origin.source === "the stack's config";
  return settingInvalid({
    setting: fromConfig ? CONFIG_NAMESPACE + name : setting.env,
    value: setting.secret === true ? undefined : (origin.text ?? ""),
    allowed: setting.allowed,
    source: origin.source,
    reason,
  });
}

const isFixed = (name: string): boolean => Object.hasOwn(FIXED_VARIABLES, name);

/** Config keys of stacks that are no settings any more. */
const FIXED_KEYS: ReadonlyMap<string, FixedVariable> = new Map(
  Object.values(FIXED_VARIABLES).flatMap((fixed) =>
    fixed.configName === undefined ? [] : [[CONFIG_NAMESPACE + fixed.configName, fixed] as const],
  ),
);

/** A variable for somebody else. */
interface ForeignName {
  readonly setting: string;
  readonly source: string;
  readonly instead: string | undefined;
}

const describeForeign = ({ setting, source, instead }: ForeignName): string =>
  `${setting} in ${source} decides nothing here; agents that ask for it get it.${instead === undefined ? "" : ` The setting is ${instead}.`}`;

function fixedNames({ env, stackConfig }: SettingSources): readonly (NasikoError | ForeignName)[] {
  const inEnv = env.flatMap(({ name: source, values, shared, foreign }) =>
    Object.entries(FIXED_VARIABLES).flatMap(
      ([setting, { value, why, instead }]): readonly (NasikoError | ForeignName)[] => {
        const text = values[setting];
        const counts = shared !== true || setting.includes("NASIKO");
        if (!counts || text === undefined || text === "" || text === value) return [];
        if (foreign === "noted") return [{ setting, source, instead }];
        return [settingFixed({ setting, source, why, value, instead })];
      },
    ),
  );
  const inConfig = [...FIXED_KEYS].flatMap(([setting, { value, why, instead }]) =>
    stackConfig[setting] === undefined
      ? []
      : [settingFixed({ setting, source: "the stack's config", why, value, instead })],
  );
  return [...inEnv, ...inConfig];
}

/** Edits that a slip of the fingers takes: two letters swapped. */
const SLIP = 2;

function unknownNames({ env, stackConfig }: SettingSources): readonly (NasikoError | ForeignName)[] {
  const variables = Object.values(SETTINGS).map((setting) => setting.env);
  const configKeys = Object.entries(SETTINGS)
    .filter(([, setting]) => setting.stackConfig)
    .map(([name]) => CONFIG_NAMESPACE + name);
  const inEnv = env.flatMap((source) =>
    Object.keys(source.values)
      .filter((name) => name.startsWith(OUR_PREFIX) && !variables.includes(name) && !isFixed(name))
      .map((name): NasikoError | ForeignName => {
        const problem = { setting: name, source: source.name, nearest: nearest(name, variables) };
        if (source.foreign === undefined || nearest(name, variables, SLIP) !== undefined)
          return settingUnknown(problem);
        return { ...problem, instead: undefined };
      }),
  );
  const inConfig = Object.keys(stackConfig)
    .filter((key) => key.startsWith(CONFIG_NAMESPACE) && !configKeys.includes(key) && !FIXED_KEYS.has(key))
    .map((key) =>
      settingUnknown({ setting: key, source: "the stack's config", nearest: nearest(key, configKeys) }),
    );
  return [...inEnv, ...inConfig];
}
