import type { Handler } from "./command.ts";
import { setUp } from "../features/setup/setup.ts";

export const handler: Handler = async (context, { yes }) => {
  const done = await setUp(context, yes === true);
  const text = done.length === 0 ? "Everything is in place." : `Done: ${done.join("; ")}.`;
  return { exitCode: 0, text, json: { ok: true, done } };
};
