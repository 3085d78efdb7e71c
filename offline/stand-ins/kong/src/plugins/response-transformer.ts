import { record, type Field } from "../schema/field.ts";
import { applyEdits, edits, untouched } from "./header-edits.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

const group = (
  headers: Field<readonly string[]>,
): Field<{
  readonly headers: readonly string[];
  readonly json: readonly never[];
  readonly json_types: readonly never[];
}> => record({ headers, json: untouched("json"), json_types: untouched("json_types") });

const config = record({
  remove: record({ headers: edits(false), json: untouched("json") }),
  rename: record({ headers: edits(true), json: untouched("json") }),
  replace: group(edits(true)),
  add: group(edits(true)),
  append: group(edits(true)),
});
/** Changes the headers of responses, those of the upstream server and those that the gateway made itself. */
export const responseTransformer: AnyPluginKind = definePlugin({
  name: "response-transformer",
  priority: 800,
  config,
  response: (settings, _, response) => applyEdits(settings, response),
});
