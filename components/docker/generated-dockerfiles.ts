import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import { imagesOf } from "../../platform/blueprint/images.ts";

/**
 * Writes the Dockerfiles that the blueprint made up, with their ignore files, where its images name them: relative to
 * the program's folder, which the process is in. Before resources are declared, in a preview too: the provider reads
 * them to find out what would be built. What is there already is not touched.
 */
export function writeGeneratedDockerfiles(blueprint: Blueprint): void {
  for (const image of imagesOf(blueprint)) {
    if (image.kind !== "built") continue;
    const { path, generated, generatedIgnore } = image.dockerfile;
    if (generated !== undefined) writeIfChanged(path, generated);
    if (generatedIgnore !== undefined) writeIfChanged(`${path}.dockerignore`, generatedIgnore);
  }
}

function writeIfChanged(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
