import type { Setting } from "../../platform/settings/define-setting.ts";
import { SETTINGS } from "../../platform/settings/settings.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./config.ts";
import { table } from "../render/table.ts";

/** What is shown in place of a secret that is set. */
const HIDDEN = "(set, hidden)";

export const handler: Handler<typeof spec> = async (context) => {
  const { origins } = await context.settings();
  const settings = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { env, secret, default: preset }]) => {
      // Object.entries forgets that the names are those of the table.
      const { text, source } = origins[name as keyof typeof SETTINGS];
      const value = text === undefined ? "" : secret === true ? HIDDEN : text;
      return { name, env, value, source: text === undefined ? "not set" : source, default: preset ?? "" };
    },
  );
  return {
    exitCode: 0,
    text: table([
      ["SETTING", "VALUE", "FROM", "DEFAULT"],
      ...settings.map((setting) => [setting.env, setting.value, setting.source, setting.default]),
    ]),
    json: { ok: true, stack: context.stack, settings },
  };
};
