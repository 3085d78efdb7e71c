import { isSpanContextValid, trace } from "@opentelemetry/api";

/** What a line of the log says besides its message. */
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes one line of JSON. */
export type Log = (level: "info" | "warn" | "error", message: string, fields?: Fields) => void;

export const jsonLog: Log = (level, message, fields = {}) => {
  const line = { time: new Date().toISOString(), level, message, ...fields, ...ofTrace() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** What a line is part of, by which all lines of one request are found. */
function ofTrace(): Fields {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined || !isSpanContextValid(span) ? {} : { trace_id: span.traceId };
}
