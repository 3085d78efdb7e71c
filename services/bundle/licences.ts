import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { bundleFailed } from "./errors.ts";

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([.-].*)?$/i;
const RULE = `\n${"-".repeat(80)}\n\n`;

/** @example packagesOf(["node_modules/pg/lib/index.js", "services/lib/log.ts"]) → ["node_modules/pg"] */
export const packagesOf = (inputs: readonly string[]): readonly string[] =>
  [
    ...new Set(
      inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []),
    ),
  ].toSorted();

/**
 * The licences of what a bundle is made of, as one text: most of them ask that it goes where the code goes.
 * @param packages folders relative to the root
 * @throws NSK-BUNDLE-FAILED naming a package that says neither in a file nor in its package.json under which licence it is
 */
export function licencesOf(root: string, packages: readonly string[]): string {
  const texts = packages.map((folder) => licenceOf(join(root, folder)));
  return ["Software of others that is contained in this image, and its licences.\n", ...texts].join(RULE);
}

function licenceOf(folder: string): string {
  // What npm installed has these; a licence may be an object in old packages.
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string | { readonly type?: string };
  };
  const declared = typeof license === "object" ? license.type : license;
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (texts.length === 0 && declared === undefined)
    throw bundleFailed({ problems: [`${name} ${version} does not say under which licence it is`] });
  const heading = `${name} ${version}${declared === undefined ? "" : ` (${declared})`}`;
  return `${[heading, ...texts].join("\n\n")}\n`;
}

/** Files that the text is made of, besides the packages' code. */
export const licenceInputs = (root: string, packages: readonly string[]): readonly string[] =>
  packages.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file === "package.json" || LICENCE_FILE.test(file))
      .filter((file) => existsSync(join(root, folder, file)))
      .map((file) => `${folder}/${file}`),
  );
