import type { Handler } from "../command.ts";
import { readPassphrase } from "../home.ts";

/** The passphrase stays in its file: a command's output ends up in logs. */
export const handler: Handler = async ({ home }) => {
  readPassphrase(home);
  const variables = {
    PULUMI_BACKEND_URL: `file://${home.folder}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: home.passphraseFile,
  };
  const text = Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join("\n");
  return Promise.resolve({ exitCode: 0, text, json: { ok: true, environment: variables } });
};
