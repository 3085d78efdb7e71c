import { join, resolve } from "node:path";

import { agentFolder } from "../../../platform/blueprint/agent-folder.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { ENV_FILES } from "../../../platform/settings/env-files.ts";
import type { Setting } from "../../../platform/settings/define-setting.ts";
import type { ResolvedSettings } from "../../../platform/settings/resolve.ts";
import { type SettingName, SETTINGS } from "../../../platform/settings/settings.ts";
import { FIXED_VARIABLES } from "../../../platform/settings/fixed-variables.ts";
import { dockerConfigFolder } from "../../engine-host/docker-config.ts";
import { HOST_CERTIFICATES } from "../../engine-host/images/certificates.ts";
import { stackConfigFile } from "../config/stack-config.ts";
import type { CommandContext } from "../context.ts";
import type { Sources } from "./digest.ts";

/** Folders of the checkout that no run reads, or that runs write. */
const NO_SOURCES = [".git", ".nasiko", "docs", "node_modules", "test"];
/** By which the home and the engine are found. */
const SURROUNDINGS = ["HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"];

/** Everything that a run of our program reads, as far as it is known before the settings are. */
export function sourcesOf(context: CommandContext): Sources {
  const { root, program, stack, home, environment } = context;
  const config = environment[SETTINGS.configFile.env] ?? "";
  const certificates = environment[SETTINGS.caCerts.env] ?? "";
  const docker = dockerConfigFolder(environment);
  return {
    folders: [
      { path: root, without: [...NO_SOURCES.map((name) => join(root, name)), home.folder] },
      { path: HOST_CERTIFICATES },
      ...(certificates === "" ? [] : [{ path: resolve(program, certificates) }]),
    ],
    files: [
      ...[...ENV_FILES, stackConfigFile(stack), "node_modules/.package-lock.json"].flatMap((name) => [
        join(program, name),
        join(root, name),
      ]),
      ...(config === "" ? [] : [resolve(program, config)]),
      ...(docker === undefined ? [] : [join(docker, "config.json")]),
    ],
    variables: [
      ...Object.values(SETTINGS).map(({ env }) => env),
      ...Object.keys(FIXED_VARIABLES),
      ...SURROUNDINGS,
    ],
  };
}

/** Folders of agents and of certificates, which only the settings name. */
export function lateFolders(
  { root, program }: CommandContext,
  { agents, settings }: Pick<Blueprint, "agents" | "settings">,
): readonly string[] {
  const folders = agents.flatMap(({ folder }) => [
    resolve(program, folder),
    agentFolder({ root, program }, folder),
  ]);
  const certificates = settings.caCerts === undefined ? [] : [resolve(settings.caCerts)];
  return [...new Set([...folders, ...certificates])];
}

/** Files that settings name, e.g. the gateway's certificate: where they are, only the settings know. */
export const lateFiles = (
  { program }: Pick<CommandContext, "program">,
  { origins }: { readonly origins: Partial<ResolvedSettings["origins"]> },
): readonly string[] =>
  Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, { file }]) => {
    // Object.entries forgets that the names are those of the table.
    const text = origins[name as SettingName]?.text;
    return file === true && text !== undefined ? [resolve(program, text)] : [];
  });
