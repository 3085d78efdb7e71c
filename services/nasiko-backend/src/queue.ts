import type { Log } from "../../lib/log.ts";
import { openRedis } from "../../lib/redis.ts";
import { inSpan, SpanKind, traceFields } from "../../lib/telemetry/spans.ts";

/** Where the worker takes its work from. */
const STREAM = "orchestration:commands";
/** Far more than can ever wait; keeps a stream that nobody reads from filling the memory. */
const LONGEST = 10_000;

/** In the words of the semantic conventions. */
const MESSAGING = {
  "messaging.system": "redis",
  "messaging.operation.type": "send",
  "messaging.destination.name": STREAM,
};

/** Work for the worker, in the words of the stream's fields. */
export interface Command {
  readonly command: "deploy_agent" | "update_agent" | "remove_agent";
  readonly agent_name: string;
  /** Folder of the version; empty for a removal. */
  readonly agent_path: string;
  readonly owner_id: string;
  readonly upload_id: string;
}

export interface Queue {
  /** Hands work to the worker. @throws Error while Redis does not answer */
  readonly send: (command: Command) => Promise<void>;
  readonly answers: () => Promise<boolean>;
  readonly close: () => void;
}

/** @param ownUrl where the worker reports to */
export function openQueue(url: string, ownUrl: string, log: Log): Queue {
  const { redis, answers, close } = openRedis(url, log);
  return {
    send: (command) =>
      inSpan(`send ${STREAM}`, { kind: SpanKind.PRODUCER, attributes: MESSAGING }, async () => {
        const message = { ...command, base_url: ownUrl, upload_type: "zip", ...traceFields() };
        await redis.xadd(STREAM, "MAXLEN", "~", LONGEST, "*", ...Object.entries(message).flat());
      }),
    answers,
    close,
  };
}
