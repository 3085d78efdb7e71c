/** What a caller of `POST /router` is told, one after the other. `done` is always the last. */
export type RouterEvent =
  | { readonly type: "progress"; readonly message: string }
  | {
      readonly type: "choice";
      /** Name of the agent at the gateway. */
      readonly agent: string;
      /** Name on its card. */
      readonly name: string;
      /** Its path at the gateway. */
      readonly url_path: string;
      readonly method: "asked" | "text" | "model" | "embedding";
      readonly reason: string;
      /** Other agents that came close. */
      readonly others: readonly string[];
    }
  | { readonly type: "reply"; readonly agent: string; readonly text: string }
  /** No agent is asked. */
  | { readonly type: "none"; readonly reason: string }
  | { readonly type: "error"; readonly message: string }
  /** Something went wrong that the answer does not suffer from. */
  | { readonly type: "warning"; readonly message: string }
  | {
      readonly type: "done";
      readonly outcome: Outcome;
      readonly session_id: string | null;
      /** Whether the exchange is in the chat history. */
      readonly recorded: boolean;
    };

export type Outcome = "answered" | "no agent" | "failed";

/** How events travel. */
export interface Encoding {
  readonly contentType: string;
  readonly encode: (event: RouterEvent) => string;
}

const NDJSON: Encoding = {
  contentType: "application/x-ndjson; charset=utf-8",
  encode: (event) => `${JSON.stringify(event)}\n`,
};

const EVENT_STREAM: Encoding = {
  contentType: "text/event-stream; charset=utf-8",
  // JSON holds no line ends, so that one line of data is enough.
  encode: (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
};

/** Server-sent events for whoever asks for them by name, else JSON by lines. */
export const encodingFor = (accept: string | undefined): Encoding =>
  accept?.includes("text/event-stream") === true ? EVENT_STREAM : NDJSON;
