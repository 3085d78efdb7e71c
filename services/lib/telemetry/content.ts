import { trace } from "@opentelemetry/api";

/** Notes a text of the request whose span was the active one when this was made. */
type NoteContent = (side: "input" | "output", text: string) => void;
/** To be called where a request is served. */
export type ContentNotes = () => NoteContent;

/** Bytes of UTF-8 of each text that a span gets. */
const MOST = 4096;

/**
 * Puts what was asked and answered on spans, in OpenInference's words, where NASIKO_TRACE_CONTENT is true. Everywhere
 * else it does nothing: what people write is theirs.
 */
export function contentNotes(environment: Readonly<Record<string, string | undefined>>): ContentNotes {
  if (environment["NASIKO_TRACE_CONTENT"] !== "true") return () => () => undefined;
  return () => {
    const span = trace.getActiveSpan();
    return (side, text) => {
      span?.setAttributes({ [`${side}.value`]: shortened(text), [`${side}.mime_type`]: "text/plain" });
    };
  };
}

function shortened(text: string): string {
  const bytes = Buffer.from(text);
  // A character that is cut in two is left out.
  return bytes.length <= MOST
    ? text
    : bytes
        .subarray(0, MOST)
        .toString()
        .replace(/\uFFFD$/, "");
}
