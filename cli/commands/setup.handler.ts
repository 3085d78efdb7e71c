import type { Handler } from "./define-command.ts";
import type { spec } from "./setup.ts";
import { setUp } from "../features/setup/setup.ts";

export const handler: Handler<typeof spec> = async (context, { options }) => {
  const done = await setUp(context, options.yes);
  const text = done.length === 0 ? "Everything is in place." : `Done: ${done.join("; ")}.`;
  return { exitCode: 0, text, json: { ok: true, done } };
};
