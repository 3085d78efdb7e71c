/**
 * `npm run bench -- [--json] <suite…>`: measures, prints each figure, and fails when one exceeds its limit. A suite is
 * a file in `suites/`; without a name all of them run.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";

import { type Figure, figureLine, isMet, type Suite } from "./suite.ts";

const FOLDER = join(import.meta.dirname, "suites");
const known = readdirSync(FOLDER).map((file) => basename(file, ".ts"));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No such suite: ${unknown.join(", ")}. There are: ${known.join(", ")}.`);
  process.exit(2);
}
const say = values.json ? console.error : console.log;
const results: Record<string, readonly Figure[]> = {};
for (const name of positionals.length > 0 ? positionals : known)
  results[name] = await measured(name, await load(name));
if (values.json) console.log(JSON.stringify(results));
if (!Object.values(results).flat().every(isMet)) process.exitCode = 1;

async function measured(name: string, { summary, measure }: Suite): Promise<readonly Figure[]> {
  say(`\n${name}: ${summary}`);
  const figures: Figure[] = [];
  for await (const figure of measure()) {
    figures.push(figure);
    say(`  ${figureLine(figure)}`);
  }
  return figures;
}

async function load(name: string): Promise<Suite> {
  // Every file of the folder exports one; the type-checker sees to it in the file itself.
  const module = (await import(join(FOLDER, `${name}.ts`))) as { readonly default: Suite };
  return module.default;
}
