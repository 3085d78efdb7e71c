import { isObject } from "../../../../../services/lib/json.ts";
import { invalid, valid, type Issue, type Parsed } from "./parsed.ts";

/** How one value of an entity is read. `undefined` and `null` both mean "not given". */
export interface Field<T> {
  /** Checks a value that came as JSON. */
  readonly parse: (input: unknown) => Parsed<T>;
  /** Turns what a form can say (texts, lists and maps of texts) into what JSON would have said. */
  readonly fromForm: (input: unknown) => unknown;
}

export type ValueOf<F> = F extends Field<infer T> ? T : never;
export type Shape = Readonly<Record<string, Field<unknown>>>;
export type RecordOf<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A rule about one value: the complaint, or undefined when the value is fine. */
export type Rule<T> = (value: T) => string | undefined;

const REQUIRED = "required field missing";

function base<T>(
  is: (input: unknown) => input is T,
  expected: string,
  fromText: (text: string) => unknown,
  rules: readonly Rule<T>[],
): Field<T> {
  return {
    parse: (input) => {
      if (input === undefined || input === null) return invalid(REQUIRED);
      if (!is(input)) return invalid(expected);
      const complaint = rules.map((rule) => rule(input)).find((found) => found !== undefined);
      return complaint === undefined ? valid(input) : invalid(complaint);
    },
    fromForm: (input) => (input === "" ? null : typeof input === "string" ? fromText(input) : input),
  };
}

const numeric = (text: string): unknown => (Number.isFinite(Number(text)) ? Number(text) : text);

/** A text; an empty one is refused, as Kong does. */
export const string = (...rules: readonly Rule<string>[]): Field<string> =>
  base(
    (input) => typeof input === "string",
    "expected a string",
    (text) => text,
    [(text) => (text === "" ? "length must be at least 1" : undefined), ...rules],
  );

export const integer = (...rules: readonly Rule<number>[]): Field<number> =>
  base((input): input is number => Number.isInteger(input), "expected an integer", numeric, rules);

export const number = (...rules: readonly Rule<number>[]): Field<number> =>
  base(
    (input): input is number => typeof input === "number" && Number.isFinite(input),
    "expected a number",
    numeric,
    rules,
  );

export const boolean = (): Field<boolean> =>
  base(
    (input) => typeof input === "boolean",
    "expected a boolean",
    (text) => (text === "true" ? true : text === "false" ? false : text),
    [],
  );

/** A field that may be left out; it then reads as null. */
export const optional = <T>(field: Field<T>): Field<T | null> => ({
  parse: (input) => (input === undefined || input === null ? valid(null) : field.parse(input)),
  fromForm: field.fromForm,
});

/** A field with a value for when it is not given. */
export const withDefault = <T>(field: Field<T>, value: T): Field<T> => ({
  parse: (input) => (input === undefined || input === null ? valid(value) : field.parse(input)),
  fromForm: field.fromForm,
});

/** A field of Kong's that this program does not implement: refused instead of silently ignored. */
export const unsupported = (name: string): Field<null> => ({
  parse: (input) =>
    input === undefined || input === null || (Array.isArray(input) && input.length === 0)
      ? valid(null)
      : invalid(`'${name}' is not supported by this stand-in for Kong`),
  fromForm: (input) => (input === "" ? null : input),
});

/** Values by name. @param nameRule for every name */
export function dictionary<T>(element: Field<T>, nameRule: Rule<string>): Field<Readonly<Record<string, T>>> {
  return {
    parse: (input) => {
      if (!isObject(input)) return invalid("expected a map");
      const issues: Record<string, Issue> = {};
      const values: [string, T][] = [];
      for (const [name, item] of Object.entries(input)) {
        const complaint = nameRule(name);
        const parsed = complaint === undefined ? element.parse(item) : invalid(complaint);
        if (parsed.ok) values.push([name, parsed.value]);
        else issues[name] = parsed.issue;
      }
      return Object.keys(issues).length > 0 ? invalid(issues) : valid(Object.fromEntries(values));
    },
    fromForm: (input) =>
      isObject(input)
        ? Object.fromEntries(Object.entries(input).map(([name, item]) => [name, element.fromForm(item)]))
        : input,
  };
}

/** A list; with `set`, repeated values count once. */
export function list<T>(element: Field<T>, kind: "array" | "set" = "array"): Field<readonly T[]> {
  return {
    parse: (input) => {
      if (input === undefined || input === null) return invalid(REQUIRED);
      if (!Array.isArray(input)) return invalid(kind === "set" ? "expected a set" : "expected an array");
      const values: T[] = [];
      const issues: Record<string, Issue> = {};
      for (const [index, item] of input.entries()) {
        const parsed = element.parse(item);
        if (!parsed.ok) issues[String(index + 1)] = parsed.issue;
        else if (kind === "array" || !values.includes(parsed.value)) values.push(parsed.value);
      }
      return Object.keys(issues).length > 0 ? invalid(issues) : valid(values);
    },
    fromForm: (input) => {
      if (input === "" || input === null) return null;
      const items: readonly unknown[] = Array.isArray(input)
        ? input
        : isObject(input)
          ? Object.values(input)
          : [input];
      return items.filter((item) => item !== "").map((item) => element.fromForm(item));
    },
  };
}

/** A group of fields; not given, it is read as an empty one, so that its defaults count. */
export function record<S extends Shape>(
  shape: S,
  check: (value: RecordOf<S>) => Issue | undefined = () => undefined,
): Field<RecordOf<S>> {
  return {
    parse: (input) => {
      if (input !== undefined && input !== null && !isObject(input)) return invalid("expected a record");
      const given = input ?? {};
      const issues = new Map<string, Issue>();
      const values: [string, unknown][] = [];
      for (const [name, field] of Object.entries(shape)) {
        const parsed = field.parse(Object.hasOwn(given, name) ? given[name] : undefined);
        if (parsed.ok) values.push([name, parsed.value]);
        else issues.set(name, parsed.issue);
      }
      for (const name of Object.keys(given))
        if (!Object.hasOwn(shape, name)) issues.set(name, "unknown field");
      if (issues.size > 0) return invalid(Object.fromEntries(issues));
      // Every field of the shape was parsed by its own type above; the compiler cannot follow the loop.
      const value = Object.fromEntries(values) as RecordOf<S>;
      const issue = check(value);
      return issue === undefined ? valid(value) : invalid(issue);
    },
    fromForm: (input) =>
      isObject(input)
        ? Object.fromEntries(
            Object.entries(input).map(([name, value]) => {
              const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
              return [name, field === undefined ? value : field.fromForm(value)];
            }),
          )
        : input,
  };
}
