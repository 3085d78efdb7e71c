/** A value, and whether it is nobody else's business. */
export interface Variable {
  readonly value: string;
  readonly sensitive: boolean;
}

/** What a variable is worth; undefined: it has no value. */
export type VariableLookup = (name: string) => Variable | undefined;

export interface Interpolated extends Variable {
  /** Variables without a value and without a default, each once; `value` holds nothing in their place. */
  readonly missing: readonly string[];
  /** Those among them that the text insists on: `${NAME:?}`. */
  readonly demanded: readonly string[];
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** `:` counts an empty value as none; then `-` a default, `+` something else when it is set, `?` required. */
const OPERATOR = /^(:?)([-+?])/;

/**
 * Fills in variables as Docker Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+instead}`,
 * `${NAME:?message}`, the same without the colon, defaults within defaults, and `$$` for a dollar sign; one that
 * begins nothing of this stands for itself.
 * Defaults go 50 levels deep at most, and what comes out may be 1 MiB long.
 * Of a text in which one value is sensitive, all is.
 * @throws SyntaxError for what Compose does not understand either, e.g. `${`
 */
export function interpolate(text: string, lookup: VariableLookup): Interpolated {
  const state: State = { ...{ rest: text, depth: 0, left: LONGEST }, ...nothingFound() };
  const value = readText(state, lookup, false);
  const { sensitive, missing, demanded } = state;
  return { value, sensitive, missing: [...missing], demanded: [...demanded] };
}

/** Characters that may come out. */
const LONGEST = 1024 * 1024;
/** Defaults within defaults. */
const DEEPEST = 50;

const nothingFound = (): Pick<State, "sensitive" | "missing" | "demanded"> => ({
  sensitive: false,
  missing: new Set(),
  demanded: new Set(),
});

interface State {
  rest: string;
  readonly depth: number;
  /** Characters that may still come out. */
  left: number;
  sensitive: boolean;
  readonly missing: Set<string>;
  readonly demanded: Set<string>;
}

/** @param nested within `${…}`: ends before its closing brace */
function readText(state: State, lookup: VariableLookup, nested: boolean): string {
  let value = "";
  while (state.rest !== "" && !(nested && state.rest.startsWith("}"))) {
    const plain = (nested ? /^[^$}]+/ : /^[^$]+/).exec(state.rest)?.[0];
    if (plain !== undefined) {
      value += take(state, plain.length);
    } else if (state.rest.startsWith("$$")) {
      take(state, 2);
      value += "$";
    } else if (!/^\$[A-Za-z_{]/.test(state.rest)) {
      value += take(state, 1);
    } else {
      value += readVariable(state, lookup);
    }
  }
  return value;
}

function readVariable(state: State, lookup: VariableLookup): string {
  const from = state.rest;
  take(state, 1);
  const braced = state.rest.startsWith("{");
  if (braced) take(state, 1);
  const name = NAME.exec(state.rest)?.[0];
  if (name === undefined) throw new SyntaxError(`${quoted(from)} names no variable`);
  take(state, name.length);
  const operator = braced ? OPERATOR.exec(state.rest) : null;
  if (operator === null) {
    if (braced) close(state, from);
    return use(state, lookup(name), name);
  }
  take(state, operator[0].length);
  // What the other branch would need must neither count as missing nor make the text sensitive.
  const word: State = { rest: state.rest, depth: state.depth + 1, left: state.left, ...nothingFound() };
  if (word.depth > DEEPEST) throw new SyntaxError(`${quoted(from)} is more than ${DEEPEST} defaults deep`);
  const otherwise = readText(word, lookup, true);
  state.rest = word.rest;
  close(state, from);
  const found = lookup(name);
  const set = found !== undefined && !(operator[1] === ":" && found.value === "");
  if (operator[2] === "-") return set ? use(state, found, name) : adopt(state, word, otherwise);
  if (operator[2] === "+") return set ? adopt(state, word, otherwise) : "";
  if (!set) state.demanded.add(name);
  return use(state, set ? found : undefined, name);
}

function use(state: State, variable: Variable | undefined, name: string): string {
  if (variable === undefined) state.missing.add(name);
  if (variable?.sensitive === true) state.sensitive = true;
  const value = variable?.value ?? "";
  // Of what is written, no more can come out than is written; of what is filled in, any amount.
  state.left -= value.length;
  if (state.left < 0) throw new SyntaxError("what is filled in is longer than 1 MiB");
  return value;
}

function adopt(state: State, word: State, value: string): string {
  for (const name of word.missing) state.missing.add(name);
  for (const name of word.demanded) state.demanded.add(name);
  if (word.sensitive) state.sensitive = true;
  state.left = word.left;
  return value;
}

/** As much of a text as says which it is. */
const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function close(state: State, from: string): void {
  if (!state.rest.startsWith("}")) throw new SyntaxError(`${quoted(from)} is not closed by "}"`);
  take(state, 1);
}

function take(state: State, length: number): string {
  const taken = state.rest.slice(0, length);
  state.rest = state.rest.slice(length);
  return taken;
}
