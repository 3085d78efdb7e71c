import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

/** Writes the page's modules to standard output as a browser understands them: JSON, code by name. */
const folder = new URL("./page/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
const modules = names.map((name) => {
  const code = stripTypeScriptTypes(readFileSync(new URL(name, folder), "utf8"))
    // Where types stood is white space now, and a browser knows modules by the names they are served under.
    .replace(/[ \t]+$/gm, "")
    .replace(/((?:from\s+|import\()"\.\/[\w-]+)\.ts"/g, '$1.js"');
  return [name.replace(/\.ts$/, ".js"), code];
});
process.stdout.write(JSON.stringify(Object.fromEntries(modules)));
