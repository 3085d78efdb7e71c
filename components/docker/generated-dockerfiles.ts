import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { defineError } from "../../platform/errors/define-error.ts";
import { quoted } from "../../platform/errors/quoted.ts";
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

const checkoutUnwritable = defineError("NSK-CHECKOUT-UNWRITABLE", {
  exitCode: 36,
  sentence: ({ folder }: { readonly folder: string; readonly path: string; readonly reason: string }) =>
    `The folder ${folder} cannot be written, but images are built from files that are made in it.`,
  detail: ({ path, reason }) => `It is ${path}. ${reason}`,
  suggestion: ({ folder }) => `cp -r ${quoted(folder)} ~/nasiko && cd ~/nasiko   # a copy of your own`,
});

function writeIfChanged(path: string, content: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw checkoutUnwritable({ folder: process.cwd(), path, reason: String(error) }, error);
  }
}
