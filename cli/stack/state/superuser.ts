import { z } from "zod";

import type { StackSnapshot } from "../../../engine/core/engine.ts";
import { STACK_TYPE } from "../../../engine/core/urn.ts";
import { revealAll } from "../../../engine/core/values.ts";
import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "./deployment.ts";

/** What the first user of a stack in mode `enterprise` logs in with. */
export interface Credentials {
  readonly accessKey: string;
  readonly accessSecret: string;
}

const Outputs = z.object({
  credentials: z.object({ superuser: z.object({ accessKey: z.string(), accessSecret: z.string() }) }),
});

/** The super user of the stack's secret output; undefined when it has none, as in mode `simple`. */
export const superuserOf = async (context: CommandContext): Promise<Credentials | undefined> =>
  superuserIn(await stackSnapshot(context));

/** The same from a state that has been read already. */
export async function superuserIn(snapshot: StackSnapshot | undefined): Promise<Credentials | undefined> {
  const stack = snapshot?.resources.find(({ type }) => type === STACK_TYPE);
  if (snapshot === undefined || stack?.outputs["credentials"] === undefined) return undefined;
  const { outputs } = await snapshot.open(stack);
  const read = Outputs.safeParse(revealAll(outputs));
  return read.success ? read.data.credentials.superuser : undefined;
}
