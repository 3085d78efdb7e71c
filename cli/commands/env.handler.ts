import type { Handler } from "./define-command.ts";
import type { spec } from "./env.ts";
import { PORT_SETTINGS } from "../../platform/settings/ports.ts";
import { SETTINGS } from "../../platform/settings/settings.ts";
import { readPassphrase } from "../stack/home/home.ts";
import { readStackRecord } from "../stack/home/stack-record.ts";

/** The passphrase stays in its file: a command's output ends up in logs. */
export const handler: Handler<typeof spec> = async ({ home, stack }) => {
  readPassphrase(home);
  const { publicImages, dockerSocket, selection = {}, ports = {} } = readStackRecord(home, stack);
  const variables = {
    PULUMI_BACKEND_URL: `file://${home.folder}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: home.passphraseFile,
    // The other engine knows the default only; going on with it, data would move to another program.
    ...(publicImages === undefined || publicImages === SETTINGS.publicImages.default
      ? {}
      : { [SETTINGS.publicImages.env]: publicImages }),
    ...(dockerSocket === undefined ? {} : { [SETTINGS.dockerSocket.env]: dockerSocket }),
    ...portVariables(ports),
    // Without it the other engine would plan the services that the last run was told to leave out.
    ...selection,
  };
  const text = Object.entries<string>(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'`)
    .join("\n");
  return Promise.resolve({ exitCode: 0, text, json: { ok: true, environment: variables } });
};

/** A record of another version may name a setting that is no more: the other engine would refuse it. */
const portVariables = (ports: Readonly<Record<string, number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(PORT_SETTINGS).flatMap(([name, { env }]) =>
      ports[name] === undefined ? [] : [[env, String(ports[name])]],
    ),
  );
