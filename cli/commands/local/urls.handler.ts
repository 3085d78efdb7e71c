import type { Handler } from "../define-command.ts";
import type { spec } from "./urls.ts";
import { table } from "../../render/table.ts";
import { describeCredentials, readCredentials } from "../../features/up/credentials.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { stackSnapshot } from "../../stack/state/deployment.ts";

/** Addresses in one group, credentials in another; secrets only for who sits before it, or asks for them. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { stack, output } = context;
  const blueprint = await blueprintOf(context);
  const reveal = options.showSecrets || output.personal;
  const snapshot = await stackSnapshot(context);
  const credentials = await readCredentials(blueprint, snapshot, reveal);
  const { bold } = output.resultColors;
  const text = [
    bold("Addresses"),
    table(blueprint.urls.map(({ label, url }) => [`  ${label}`, url])),
    ...(credentials.length === 0 ? [] : [bold("Credentials"), describeCredentials(credentials)]),
  ].join("\n");
  return {
    exitCode: 0,
    text,
    json: {
      ok: true,
      stack,
      urls: Object.fromEntries(blueprint.urls.map(({ label, url }) => [label, url])),
      credentials,
    },
  };
};
