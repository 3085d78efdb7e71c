import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { BASE_RECIPES, DESCRIPTION } from "../../../platform/images/base-recipes.ts";
import { packageFolder } from "../../../platform/package-folder.ts";
import type { BaseName } from "../../../platform/images/base-recipes.ts";
import { mapBases } from "../../../platform/images/map-bases.ts";

/** The context of a base's build, as a tar archive: the files of its recipe, with the Dockerfile's bases mapped. */
export function recipeContext(name: BaseName, references: Readonly<Record<BaseName, string>>): Readable {
  const { folder: recipe, args } = BASE_RECIPES[name];
  const folder = join(packageFolder(), recipe);
  const archive = pack();
  for (const file of readdirSync(folder)
    .filter((name) => name !== DESCRIPTION)
    .toSorted()) {
    const text = readFileSync(join(folder, file), "utf8");
    archive.entry({ name: file }, file === "Dockerfile" ? mapBases(text, references, args).text : text);
  }
  archive.finalize();
  // tar-stream's streams are not Node.js's own.
  return Readable.from(archive);
}
