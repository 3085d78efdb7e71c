import { catalogue } from "../../platform/services/catalogue.ts";
import { completionScript } from "../lib/command-line/completion-script.ts";
import { loadCommandLine } from "../lib/command-line/spec.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./completion.ts";
import { COMMAND_LINE } from "./index.ts";

export const handler: Handler<typeof spec> = async (context, { args }) => {
  const { shell } = args;
  const { settings } = await context.settings();
  const members = {
    service: catalogue(settings).map(({ name }) => name),
    agent: Object.keys(settings.agents),
  };
  const script = completionScript(shell, await loadCommandLine(COMMAND_LINE), members);
  return { exitCode: 0, text: script, json: { ok: true, shell, script } };
};
