import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import { BASE_RECIPES, projectFolder } from "../../platform/images/base-recipes.ts";
import type { BaseName } from "../../platform/images/base-recipes.ts";
import { mapBases } from "../../platform/images/map-bases.ts";

/** The context of the build, as a tar archive: a Dockerfile with its base mapped is all that it takes. */
export function pythonContext(references: Readonly<Record<BaseName, string>>): Readable {
  const path = join(projectFolder(), BASE_RECIPES["base-python"].folder, "Dockerfile");
  const archive = pack();
  archive.entry({ name: "Dockerfile" }, mapBases(readFileSync(path, "utf8"), references).text);
  archive.finalize();
  // tar-stream's streams are not Node.js's own.
  return Readable.from(archive);
}
