import type { Setting } from "../platform/settings/define-setting.ts";
import { SETTINGS } from "../platform/settings/settings.ts";

/** The settings as documents: made from the one table, so that they cannot say anything else. */

const all = (): readonly (readonly [string, Setting<unknown>])[] =>
  Object.entries<Setting<unknown>>(SETTINGS);

/** `.env.local.example`: every line is a comment, so a copy changes nothing. */
export function envExample(): string {
  const head = [
    "# Settings of the stack `local`. Copy to .env and uncomment what you want to change.",
    "# The process environment goes before this file.",
  ];
  const blocks = all().map(([, { env, help, allowed, default: preset }]) =>
    ["", `# ${help}.`, `# Allowed: ${allowed}.`, `#${env}=${preset ?? ""}`].join("\n"),
  );
  return [...head, ...blocks, ""].join("\n");
}

/** `docs/CONFIGURATION.md`. */
export function configurationPage(): string {
  const rows = all().map(([name, { env, stackConfig, help, allowed, default: preset, secret }]) => {
    const key = stackConfig ? `\`nasiko:${name}\`` : "";
    const shownDefault = preset === undefined || preset === "" ? "" : `\`${preset}\``;
    return `| \`${env}\` | ${key} | ${help}${secret === true ? " (secret)" : ""} | ${allowed} | ${shownDefault} |`;
  });
  return [
    "# Configuration",
    "",
    "<!-- Made from platform/settings by `npm run docs`. -->",
    "",
    "A value is taken from the first place that has it: the process environment, the file of `--config`,",
    "`.nasiko.env`, `.nasiko-local.env`, `.env` (these three for the stack `local` only), the stack's config",
    "(`Pulumi.<stack>.yaml`), the default. `./nasiko config` shows each value and where it came from.",
    "",
    "| variable | stack config | meaning | allowed | default |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
