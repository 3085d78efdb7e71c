import { boolean, integer, optional, record, string, withDefault } from "../schema/field.ts";
import { between, headerName } from "../schema/rules.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

const MESSAGES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  404: "Not found",
  405: "Method not allowed",
  500: "An unexpected error occurred",
  502: "Bad Gateway",
  503: "Service unavailable",
};

const config = record(
  {
    // Node cannot send 1xx as a final response, so the range starts at 200 here.
    status_code: withDefault(integer(between(200, 599)), 503),
    message: optional(string()),
    content_type: optional(string()),
    body: optional(string()),
    echo: withDefault(boolean(), false),
    /** Name of a header or query parameter without which requests pass. */
    trigger: optional(string(headerName)),
  },
  ({ message, content_type, body, echo }) => {
    const complaint =
      message !== null && (content_type !== null || body !== null)
        ? "message cannot be used with content_type or body"
        : content_type !== null && body === null
          ? "content_type requires a body"
          : undefined;
    if (complaint !== undefined) return complaint;
    return echo ? { echo: "'echo' is not supported by this stand-in for Kong" } : undefined;
  },
);

/** Answers in place of the upstream server. */
export const requestTermination: AnyPluginKind = definePlugin({
  name: "request-termination",
  priority: 2,
  config,
  access: (settings, { requestHeaders, query }) => {
    const { status_code: status, trigger, body } = settings;
    if (trigger !== null && !requestHeaders.has(trigger) && !query.has(trigger)) return undefined;
    if (body !== null)
      return {
        answer: {
          status,
          body,
          headers: settings.content_type === null ? [] : [["Content-Type", settings.content_type]],
        },
      };
    const message = settings.message ?? MESSAGES[status];
    return { answer: message === undefined ? { status } : { status, body: { message } } };
  },
});
