import { text as readAll } from "node:stream/consumers";

import { createCrypter, openCrypter } from "../../../../engine/core/secrets.ts";
import { agentName } from "../../../../platform/agents/agent-name.ts";
import { readConfigText, writeConfigText } from "../../../features/agents/config-file.ts";
import { withSecret } from "../../../features/agents/edit-secrets.ts";
import { secretEmpty, requireVariableName } from "../../../features/agents/folder-errors.ts";
import type { Handler } from "../../define-command.ts";
import type { spec } from "./set.ts";
import { readPassphrase } from "../../../stack/home/home.ts";
import { askSecret } from "../../../render/ask.ts";
import type { Terminal } from "../../../render/terminal.ts";
import { stackConfigFile, stackConfigSalt } from "../../../stack/config/stack-config.ts";

/** The value never stands on the command line: others see that, and shells remember it. */
export const handler: Handler<typeof spec> = async (context, { args }) => {
  const agent = agentName(args.agent);
  const { variable } = args;
  requireVariableName(variable);
  const before = readConfigText(context);
  const value = await readValue(context.terminal, `${variable} of agent ${agent}`);
  if (value === "") throw secretEmpty({ agent, variable });

  const salt = stackConfigSalt(before);
  const passphrase = readPassphrase(context.home);
  const crypter = await (salt === undefined ? createCrypter(passphrase) : openCrypter(passphrase, salt));
  const ciphertext = crypter.encrypt(value);
  writeConfigText(context, withSecret(before, { agent, variable, ciphertext, salt: crypter.salt }));
  const file = stackConfigFile(context.stack);
  return {
    exitCode: 0,
    text: `${variable} of agent ${agent} is in ${file}, encrypted. The agent gets it with: ./nasiko local up`,
    json: { ok: true, stack: context.stack, agent, variable, file },
  };
};

/** A pipe's last line end belongs to the pipe, not to the key. */
async function readValue(terminal: Terminal, what: string): Promise<string> {
  if (terminal.stdin.isTTY) return (await askSecret(terminal, what)) ?? "";
  return (await readAll(terminal.stdin)).replace(/\r?\n$/, "");
}
