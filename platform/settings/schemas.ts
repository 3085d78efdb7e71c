import { z } from "zod";

import { parseByteSize } from "../../engine/formats/byte-size.ts";
import { parseDuration } from "../../engine/formats/duration.ts";

/** A TCP port as text. */
const port = z
  .string()
  .regex(/^\d+$/)
  .transform(Number)
  .refine((value) => value >= 1 && value <= 65535);

/** A host port that is published only when it is set. */
export const optionalPort = z.union([port, z.undefined()]);

export const wholeNumber = z.string().regex(/^\d+$/).transform(Number);

/** A whole number from `least` to `most`. */
export const wholeIn = (least: number, most: number): z.ZodType<number, string | undefined> =>
  wholeNumber.refine((value) => value >= least && value <= most);

/** A name as databases take it without quoting. */
export const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,62}$/);

/** Text that stands in a URL as it is. */
export const urlSafe = z.string().regex(/^[A-Za-z0-9._~-]+$/);

export const httpUrl = z.url({ protocol: /^https?$/ });

export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

/** Docker Engine API version, e.g. "1.41"; the oldest that has what we use is 1.41 (Engine 20.10). */
export const dockerApi = z.string().regex(/^1\.(4[1-9]|[5-9]\d)$/);

/** A name as Docker takes it for networks and volumes. */
export const dockerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/);

/** A whole number of seconds or minutes, at least one, e.g. "10s"; in seconds. */
export const interval = seconds(/^[1-9]\d*[sm]$/);

const LONGEST_LIFETIME = 168 * 3600;

/** A whole number of minutes or hours, a week at most, e.g. "12h"; in seconds. */
export const lifetime = seconds(/^[1-9]\d{0,4}[mh]$/).refine((value) => value <= LONGEST_LIFETIME);

/** How long something is kept, in hours, days, weeks or years, e.g. "15d"; as Prometheus writes it. */
export const retention = z.string().regex(/^[1-9]\d{0,3}[hdwy]$/);

export const absolutePath = z.string().startsWith("/");

/** An IP address or host name, no port. */
export const host = z.string().regex(/^[A-Za-z0-9.:-]+$/);

/** Names with commas between, or a JSON list of them, as structured stack config has it. */
export const nameList = z.string().transform((text, context): readonly string[] => {
  const names = text.trimStart().startsWith("[") ? parseJson(text) : text.split(",");
  const parsed = z.array(z.string()).safeParse(names);
  if (parsed.success) return parsed.data.map((name) => name.trim()).filter((name) => name !== "");
  context.addIssue({ code: "custom", message: "it is no list of names" });
  return z.NEVER;
});

/** Names of agents, and ids of users, which have the same form. */
export const agentNames = nameList.refine((names) =>
  names.every((name) => /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(name)),
);

/** Host names or addresses without ports. */
export const hostNames = nameList
  .transform((names) => names.map((name) => name.toLowerCase()))
  .refine((names) =>
    names.every((name) => /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/.test(name)),
  );

/** Origins as browsers send them, e.g. "https://ui.example"; never `*`. */
export const origins = nameList.refine((names) =>
  names.every((name) => /^https?:\/\//.test(name) && URL.canParse(name) && new URL(name).origin === name),
);

/** Of services "redis-data", of agents "agent_diary_notes", whose last part is the compose file's own word. */
const VOLUME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;

/** Which volumes stay: all that any service could mount, or these. */
export const keptVolumes = z
  .string()
  .transform((text): "all" | readonly string[] => {
    if (text === "all") return "all";
    return text === "none" ? [] : [...new Set(text.split(",").map((name) => name.trim()))];
  })
  .refine((volumes) => volumes === "all" || volumes.every((name) => VOLUME.test(name)));

/** Folders by agent name: a JSON object, or `name=path` pairs with commas between. */
export const agentFolders = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const entries = text.trimStart().startsWith("{") ? parseJson(text) : parsePairs(text);
  const parsed = z.record(z.string(), z.string().min(1)).safeParse(entries);
  if (parsed.success) return parsed.data;
  context.addIssue({ code: "custom", message: "it is no list of agents" });
  return z.NEVER;
});

/** Names of variables by agent: a JSON object, or `agent=NAME` pairs with commas between. */
export const agentVariables = z
  .string()
  .transform((text, context): Readonly<Record<string, readonly string[]>> => {
    const entries = text.trimStart().startsWith("{") ? parseJson(text) : pairLists(text);
    const parsed = z.record(z.string(), z.array(z.string().regex(/^[A-Za-z_]\w*$/))).safeParse(entries);
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: "not names of variables by agent" });
    return z.NEVER;
  });

/** Secrets by agent and variable: a JSON object. */
export const agentSecrets = z
  .string()
  .transform((text, context): Readonly<Record<string, Readonly<Record<string, string>>>> => {
    const parsed = z.record(z.string(), z.record(z.string(), z.string())).safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: "custom", message: "it is no JSON object of secrets by agent" });
    return z.NEVER;
  });

/** A size with its unit, e.g. "500MB" or "2GB" (binary multiples); in bytes. */
export const size = z
  .string()
  .regex(/^[1-9]\d{0,6}(?:MB|GB)$/)
  .transform(known(parseByteSize));

/** A duration of this form, in seconds. */
function seconds(form: RegExp): z.ZodType<number, string> {
  return z
    .string()
    .regex(form)
    .transform(known((text) => parseDuration(text, "s")));
}

/** Refuses what a parser does not know. */
function known<Value>(parse: (text: string) => Value | undefined) {
  return (text: string, context: z.RefinementCtx<string>): Value => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom" });
    return z.NEVER;
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const parsePairs = (text: string): Readonly<Record<string, string>> => Object.fromEntries(pairsOf(text));

function pairLists(text: string): Readonly<Record<string, readonly string[]>> {
  const groups = Map.groupBy(pairsOf(text), ([name]) => name);
  return Object.fromEntries([...groups].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
}

const pairsOf = (text: string): readonly (readonly [string, string])[] =>
  text
    .split(",")
    .filter((pair) => pair.trim() !== "")
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [name.trim(), value.join("=").trim()];
    });
