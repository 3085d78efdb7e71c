import { invalid, isObject, valid } from "../schema/parsed.ts";
import { list, record, string, unsupported, withDefault, type Field, type ValueOf } from "../schema/field.ts";
import { headerName } from "../schema/rules.ts";
import type { HeaderList } from "../proxy/header-list.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

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

const edits = (needsValue: boolean): Field<readonly string[]> =>
  withDefault(list(string((text) => editComplaint(text, needsValue))), []);

/** Bodies and query strings are not transformed here: an empty list, as Kong shows it, or a refusal. */
const untouched = (name: string): Field<readonly never[]> => ({
  parse: (input) =>
    input === undefined || input === null || (Array.isArray(input) && input.length === 0)
      ? valid([])
      : invalid(`'${name}' is not supported by this stand-in for Kong`),
  fromForm: (input) => (input === "" || isObject(input) ? null : input),
});

const group = (needsValue: boolean): ReturnType<typeof groupOf> => groupOf(edits(needsValue));
const groupOf = (
  headers: Field<readonly string[]>,
): Field<{
  readonly headers: readonly string[];
  readonly body: readonly never[];
  readonly querystring: readonly never[];
}> => record({ headers, body: untouched("body"), querystring: untouched("querystring") });

const config = record({
  http_method: unsupported("http_method"),
  remove: group(false),
  rename: group(true),
  replace: record({
    headers: edits(true),
    body: untouched("body"),
    querystring: untouched("querystring"),
    uri: unsupported("uri"),
  }),
  add: group(true),
  append: group(true),
});
type TransformerConfig = ValueOf<typeof config>;

const isHost = (name: string): boolean => name.toLowerCase() === "host";

/** In Kong's order: remove, rename, replace, add, append. Host can be replaced and nothing else. */
function transform(settings: TransformerConfig, headers: HeaderList): void {
  for (const { name } of settings.remove.headers.map(editOf)) if (!isHost(name)) headers.delete(name);
  for (const { name, value: newName } of settings.rename.headers.map(editOf)) {
    if (isHost(name) || isHost(newName)) continue;
    const values = headers.getAll(name);
    if (values.length === 0) continue;
    headers.delete(name, newName);
    for (const value of values) headers.append(newName, value);
  }
  for (const { name, value } of settings.replace.headers.map(editOf))
    if (headers.has(name)) headers.set(name, value);
  for (const { name, value } of settings.add.headers.map(editOf))
    if (!headers.has(name)) headers.append(name, value);
  for (const { name, value } of settings.append.headers.map(editOf))
    if (!isHost(name)) headers.append(name, value);
}

/** Changes the headers of requests on their way to the upstream server. */
export const requestTransformer: AnyPluginKind = definePlugin({
  name: "request-transformer",
  priority: 801,
  config,
  access: (settings, { upstreamHeaders }) => {
    transform(settings, upstreamHeaders);
    return undefined;
  },
});
