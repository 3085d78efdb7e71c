import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

import { z } from "zod";

/** What the router tells, one after the other, as far as it matters to somebody who waits for an answer. */
const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), message: z.string() }),
  z.object({
    type: z.literal("choice"),
    agent: z.string(),
    name: z.string(),
    method: z.string(),
    reason: z.string(),
  }),
  z.object({ type: z.literal("reply"), agent: z.string(), text: z.string() }),
  z.object({ type: z.literal("none"), reason: z.string() }),
  z.object({ type: z.literal("error"), message: z.string() }),
  z.object({ type: z.literal("warning"), message: z.string() }),
  z.object({ type: z.literal("done"), outcome: z.string(), recorded: z.boolean() }),
]);
export type RouterEvent = z.output<typeof Event>;

/** Reads them as they come; an event that this version does not know is passed over. */
export async function* routerEvents(stream: Readable): AsyncGenerator<RouterEvent> {
  for await (const line of createInterface({ input: stream })) {
    const read = Event.safeParse(jsonOf(line));
    if (read.success) yield read.data;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
