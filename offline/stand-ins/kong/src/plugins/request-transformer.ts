import { record, unsupported, type Field } from "../schema/field.ts";
import { applyEdits, edits, untouched } from "./header-edits.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

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

const isHost = (name: string): boolean => name.toLowerCase() === "host";

/** Changes the headers of requests on their way to the upstream server. */
export const requestTransformer: AnyPluginKind = definePlugin({
  name: "request-transformer",
  priority: 801,
  config,
  access: (settings, { upstreamHeaders }) => {
    applyEdits(settings, upstreamHeaders, isHost);
    return undefined;
  },
});
