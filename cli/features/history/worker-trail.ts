import { z } from "zod";

import { jsonIn } from "../../../engine/formats/json-text.ts";
import { createRedaction } from "../../lib/redact.ts";

/** What the worker did with an agent that was uploaded. */
export interface AgentChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly agent: string;
  readonly command: string;
  /** How it ended: active, failed, removed or superseded. */
  readonly stage: string;
  /** Id of the owner. @default nobody said: in mode `simple` there are no users */
  readonly owner?: string;
  readonly upload?: string;
  /** The first line of what went wrong. */
  readonly error?: string;
}

/** A line of the worker's log, with the engine's time. */
interface Line {
  readonly time: string;
  readonly text: string;
}

/** A command of a Dockerfile may hold a key, and stands in what a build says of it. */
const redact = createRedaction([]);

const text = z.string().max(20_000);
/** The worker's line about a stage; those with which nothing has ended yet are left out. */
const Entry = z.object({
  message: z.literal("agent"),
  agent: text,
  stage: z.enum(["active", "failed", "removed", "superseded"]),
  command: text.default(""),
  owner: text.default(""),
  upload: text.default(""),
  error: text.default(""),
});

/** What the worker says in its log that it did, as it comes; every other line is passed over. */
export function workerTrail(lines: readonly Line[]): readonly AgentChange[] {
  return lines.flatMap(({ time, text: line }) => {
    const { data } = Entry.safeParse(jsonIn(line));
    const at = Date.parse(time);
    if (data === undefined || Number.isNaN(at)) return [];
    const { agent, stage, command, owner, upload, error } = data;
    // Behind the first line stand the last ones of a build or of an agent, which may hold anything.
    const [reason = ""] = error.split("\n", 1);
    return [
      {
        ...{ at, agent, command, stage },
        ...(owner !== "" && { owner }),
        ...(upload !== "" && { upload }),
        ...(reason !== "" && { error: redact(reason) }),
      },
    ];
  });
}
