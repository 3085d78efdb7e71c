import { catalogue } from "../../platform/services/catalogue.ts";
import { completionScript, isShell, SHELLS } from "./completion/completion-script.ts";
import type { Handler } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { optionInvalid } from "./errors.ts";

export const handler: Handler = async (context, { shell }) => {
  if (!isShell(shell))
    throw optionInvalid({
      option: "completion",
      reason: `"${String(shell)}" is no shell that it knows`,
      instead: SHELLS.map((each) => `nasiko completion ${each}`).join(", or "),
    });
  const { settings } = await context.settings();
  const members = {
    service: catalogue(settings).map(({ name }) => name),
    agent: Object.keys(settings.agents),
  };
  const script = completionScript(shell, COMMANDS, members);
  return { exitCode: 0, text: script, json: { ok: true, shell, script } };
};
