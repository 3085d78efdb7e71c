import type { Setting } from "../platform/settings/define-setting.ts";
import { SETTINGS } from "../platform/settings/settings.ts";

const HEAD = `# Made from platform/settings by \`npm run docs\`.
name: nasiko
description: The Nasiko agent platform
runtime:
  name: nodejs
  options:
    typescript: false
# Asks for a new enough Node, then runs index.ts: the page to read first.
main: main.js
# Every setting that has a default. The environment goes before the stack's config, and that before these; all of them,
# also those without a default, are in docs/CONFIGURATION.md. Not here, because what stands here counts as set by the
# stack: authMode, which must not be said twice, and host ports, which portOffset would not move any more. And agents: a
# map of name to folder, for which there is no type.
config:
`;

/**
 * Agents are a map in stack files, for which Pulumi has no type; and which volumes stay is told from the state where no
 * stack says it.
 */
const LEFT_OUT: ReadonlySet<string> = new Set(["agents", "volumes"]);

/** `Pulumi.yaml`: for the Pulumi CLI, which checks the types before the program runs. */
export function projectFile(): string {
  const entries = Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, setting]) => {
    const { stackConfig, default: preset, secret, unanimous, movable, help } = setting;
    const isLeftOut = secret === true || unanimous === true || movable === true || LEFT_OUT.has(name);
    if (!stackConfig || isLeftOut) return [];
    return preset === undefined || preset === "" ? [] : [entry(name, help, preset)];
  });
  return HEAD + entries.join("");
}

function entry(name: string, help: string, preset: string): string {
  const type = /^(?:true|false)$/.test(preset) ? "boolean" : /^\d+$/.test(preset) ? "integer" : "string";
  return [
    `  nasiko:${name}:`,
    `    type: ${type}`,
    `    description: ${JSON.stringify(help)}`,
    `    default: ${type === "string" ? JSON.stringify(preset) : preset}`,
    "",
  ].join("\n");
}
