import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";

import { agentNameProblems } from "../../../platform/blueprint/agents.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { folderExists, languageUnknown } from "./folder-errors.ts";

/** What the templates call their agent, as a name and as a title. */
const PLACEHOLDER = { name: "new-agent", title: "New agent" };

export interface NewAgent {
  /** Absolute folder that holds templates/. */
  readonly root: string;
  readonly name: string;
  readonly language: string;
  /** Absolute; must not exist yet. */
  readonly folder: string;
  /** Names that agents cannot have. */
  readonly services: readonly string[];
}

/**
 * Makes an agent's folder from a template.
 * @returns its files, relative to it
 * @throws NSK-AGENT-NAME-INVALID, NSK-AGENT-NAME-TAKEN, NSK-LANGUAGE-UNKNOWN, NSK-FOLDER-EXISTS; nothing is written then
 */
export function makeAgent({ root, name, language, folder, services }: NewAgent): readonly string[] {
  throwProblems(agentNameProblems([name], services));
  const templates = join(root, "templates");
  const known = readdirSync(templates).toSorted();
  if (!known.includes(language)) throw languageUnknown({ language, known });
  if (existsSync(folder)) throw folderExists({ folder });

  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  mkdirSync(dirname(folder), { recursive: true });
  try {
    const source = join(templates, language);
    cpSync(source, draft, {
      recursive: true,
      filter: (path) => !/node_modules|__pycache__/.test(path.slice(source.length)),
    });
    const files = readdirSync(draft, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(draft.length + 1))
      .toSorted();
    for (const file of files) fillIn(join(draft, file), name);
    renameSync(draft, folder);
    return files;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function fillIn(path: string, name: string): void {
  const text = readFileSync(path, "utf8");
  const title = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
  const filled = text.replaceAll(PLACEHOLDER.name, name).replaceAll(PLACEHOLDER.title, title);
  if (filled !== text) writeFileSync(path, filled);
}
