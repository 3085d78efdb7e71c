import {
  containsSecret,
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
  reveal,
  UNKNOWN,
} from "../../../engine/core/values.ts";

/** One difference, small enough to read: a variable of the environment, a label, a port. */
export interface PropertyChange {
  /** Path of what changed, e.g. "memory", "envs.LOG_LEVEL", "ports.8000". */
  readonly path: string;
  /** Undefined: it was not there. Never the value of a secret. */
  readonly before: string | undefined;
  /** Undefined: it is there no more. */
  readonly after: string | undefined;
}

/** What stands in the place of a secret. */
const HIDDEN = "(secret)";
/** Longer values say no more to people. */
const LONGEST = 80;

/** By which of its fields an item of a list is called. */
const KEYS = ["label", "internal", "containerPath", "target", "file", "name", "hostPath"];

/** What differs between two sets of inputs, in the properties that the provider calls changed. */
export function propertyChanges(
  changed: readonly string[],
  before: PropertyMap = {},
  after: PropertyMap = {},
): readonly PropertyChange[] {
  return changed.flatMap((property) => differences(property, before[property], after[property]));
}

function differences(
  property: string,
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
): readonly PropertyChange[] {
  const secret = [before, after].some((value) => value !== undefined && containsSecret(value));
  const old = partsOf(property, before);
  const wanted = partsOf(property, after);
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((path) => {
    const [was, becomes] = [old.get(path), wanted.get(path)];
    return was === becomes ? [] : [{ path, before: shown(was, secret), after: shown(becomes, secret) }];
  });
}

function shown(text: string | undefined, secret: boolean): string | undefined {
  if (text === undefined) return undefined;
  if (secret) return HIDDEN;
  if (text.includes(UNKNOWN)) return "(known when it is there)";
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** A value in named parts, so that a list of thirty variables shows the one that differs. */
function partsOf(path: string, value: PropertyValue | undefined): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map();
  const plain = reveal(value);
  if (isList(plain)) return listParts(path, plain);
  if (!isMap(plain)) return new Map([[path, String(plain)]]);
  const entries = Object.entries(plain).filter(([key]) => !key.startsWith("__"));
  return new Map(entries.flatMap(([key, child]) => [...partsOf(`${path}.${key}`, child)]));
}

function listParts(path: string, items: readonly PropertyValue[]): ReadonlyMap<string, string> {
  const known = items.filter((item) => item !== UNKNOWN);
  const named = known.map(nameOfItem);
  if (known.length > 0 && named.every((name) => name !== undefined)) {
    const later = items.length - known.length;
    return new Map([
      ...named.map(({ key, text }) => [`${path}.${key}`, text] as const),
      // Of those that only a real run can know, e.g. generated passwords, no more than their number can be compared.
      ...(later === 0 ? [] : [[`${path}.(not known yet)`, String(later)] as const]),
    ]);
  }
  return new Map([[path, items.map(textOf).join(" ")]]);
}

interface NamedItem {
  readonly key: string;
  readonly text: string;
}

function nameOfItem(item: PropertyValue): NamedItem | undefined {
  if (typeof item === "string") {
    const [, key, text] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(item) ?? [];
    return key === undefined || text === undefined ? undefined : { key, text };
  }
  if (!isMap(item)) return undefined;
  const field = KEYS.find((name) => item[name] !== undefined);
  if (field === undefined) return undefined;
  const rest = Object.entries(item).filter(([name]) => name !== field && !name.startsWith("__"));
  const text = rest.map(([name, value]) => `${name} ${textOf(value)}`).join(", ");
  return { key: textOf(item[field] ?? ""), text: rest.length === 1 ? textOf(rest[0]?.[1] ?? "") : text };
}

const textOf = (value: PropertyValue): string =>
  typeof value === "string" ? value : isList(value) ? value.map(textOf).join(" ") : JSON.stringify(value);
