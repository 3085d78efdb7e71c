import { words } from "./embedding.ts";

/** What stands in for generated text. */
export interface Reply {
  /** Pieces as they are streamed; together they are the whole text. */
  readonly pieces: readonly string[];
  readonly promptTokens: number;
  /** "length" when the caller's limit cut it short. */
  readonly reason: "stop" | "length";
}

export interface ReplyOptions {
  readonly model: string;
  readonly prompt: string;
  /** Answer in JSON, for callers that will parse it. @default false */
  readonly json?: boolean;
  /** At most this many pieces; negative: no limit. @default no limit */
  readonly limit?: number | undefined;
}

const NOTICE = "This is the offline stand-in for Ollama: no language model is behind it.";

/** How much of the prompt is quoted, in characters. */
const QUOTED = 160;

/** The same honest answer to every prompt: that nobody thought about it, and what was asked. */
export function composeReply({ model, prompt, json = false, limit }: ReplyOptions): Reply {
  const asked = words(prompt).length;
  const quoted = prompt.trim().slice(0, QUOTED);
  const text = json
    ? JSON.stringify({ standin: true, notice: NOTICE, model, asked: quoted })
    : `${NOTICE} ${model} was asked, in ${asked} words: “${quoted}”`;
  // A JSON text in pieces is still one text, but cut short it would not be JSON: the limit does not apply.
  const pieces = text.match(/(?<!\s)\s+\S+|\S+/g) ?? [];
  const cut = !json && limit !== undefined && limit >= 0 && limit < pieces.length;
  return {
    pieces: cut ? pieces.slice(0, limit) : pieces,
    promptTokens: asked,
    reason: cut ? "length" : "stop",
  };
}
