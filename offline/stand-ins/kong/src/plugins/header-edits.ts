import { isObject } from "../../../../../services/lib/json.ts";
import { invalid, valid } from "../schema/parsed.ts";
import { list, string, withDefault, type Field } from "../schema/field.ts";
import { headerName } from "../schema/rules.ts";
import type { HeaderList } from "../http/header-list.ts";

/** A header in a plugin's configuration. */
interface Edit {
  readonly name: string;
  readonly value: string;
}

/** `name:value`; the name alone where there is no value. */
function editOf(text: string): Edit {
  const colon = text.indexOf(":");
  return colon === -1
    ? { name: text, value: "" }
    : { name: text.slice(0, colon), value: text.slice(colon + 1) };
}

function editComplaint(text: string, needsValue: boolean): string | undefined {
  const { name, value } = editOf(text);
  if (headerName(name) !== undefined) return `'${name}' is not a valid header`;
  if (needsValue && value === "") return `invalid value: ${text}`;
  // Kong renders $(…) as a template; sending it literally would be wrong without a word.
  if (value.includes("$(")) return "templates are not supported by this stand-in for Kong";
  return /[\r\n\0]/.test(value) ? `invalid value: ${text}` : undefined;
}

/** A list of edits of headers. @param needsValue whether a name alone is refused */
export const edits = (needsValue: boolean): Field<readonly string[]> =>
  withDefault(list(string((text) => editComplaint(text, needsValue))), []);

/** Bodies and query strings are not transformed here: an empty list, as Kong shows it, or a refusal. */
export const untouched = (name: string): Field<readonly never[]> => ({
  parse: (input) =>
    input === undefined || input === null || (Array.isArray(input) && input.length === 0)
      ? valid([])
      : invalid(`'${name}' is not supported by this stand-in for Kong`),
  fromForm: (input) => (input === "" || isObject(input) ? null : input),
});

interface Headers {
  readonly headers: readonly string[];
}

/** What a transformer does to headers. */
interface HeaderEdits {
  readonly remove: Headers;
  readonly rename: Headers;
  readonly replace: Headers;
  readonly add: Headers;
  readonly append: Headers;
}

/**
 * Edits headers in Kong's order: remove, rename, replace, add, append.
 * @param onlyReplaced says which headers can be replaced and nothing else
 */
export function applyEdits(
  { remove, rename, replace, add, append }: HeaderEdits,
  headers: HeaderList,
  onlyReplaced: (name: string) => boolean = () => false,
): void {
  for (const { name } of remove.headers.map(editOf)) if (!onlyReplaced(name)) headers.delete(name);
  for (const { name, value: newName } of rename.headers.map(editOf)) {
    if (onlyReplaced(name) || onlyReplaced(newName)) continue;
    const values = headers.getAll(name);
    if (values.length === 0) continue;
    headers.delete(name, newName);
    for (const value of values) headers.append(newName, value);
  }
  for (const { name, value } of replace.headers.map(editOf)) if (headers.has(name)) headers.set(name, value);
  for (const { name, value } of add.headers.map(editOf)) if (!headers.has(name)) headers.append(name, value);
  for (const { name, value } of append.headers.map(editOf))
    if (!onlyReplaced(name)) headers.append(name, value);
}
