import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import type { Setting } from "../platform/settings/define-setting.ts";
import { FIXED_VARIABLES } from "../platform/settings/fixed-variables.ts";
import { SETTINGS } from "../platform/settings/settings.ts";
import { definedErrors, sources } from "./command-page.ts";

const ROOT = join(import.meta.dirname, "..");

/** Inline code, fenced blocks left out: what a page calls by name. */
const codeSpans = (text: string): readonly string[] =>
  [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);

/**
 * What a page names and the project does not have: paths (tests among them), settings, and error codes.
 * @param page path of the page, relative to the root
 */
export function unknownNames(page: string, text: string): readonly string[] {
  const spans = codeSpans(text);
  return [
    ...new Set([
      ...spans.filter((span) => isMissingPath(page, span)).map((span) => `there is no path ${span}`),
      ...named(text, /\bNASIKO_[A-Z0-9_]*[A-Z0-9]\b/g, isVariable).map(
        (name) => `there is no variable ${name}`,
      ),
      ...named(text, /\bnasiko:[a-z][A-Za-z]*[a-z](?![A-Za-z:])/g, isConfigKey).map(
        (key) => `there is no config key ${key}`,
      ),
      ...named(text, /\bNSK-[A-Z0-9-]*[A-Z0-9]\b/g, isErrorCode).map((code) => `there is no error ${code}`),
    ]),
  ];
}

const named = (text: string, form: RegExp, isKnown: (name: string) => boolean): readonly string[] =>
  [...text.matchAll(form)].map(([name]) => name).filter((name) => !isKnown(name));

/** A path below a folder of this checkout; patterns such as `test/{unit,e2e}/**` have to match something. */
function isMissingPath(page: string, span: string): boolean {
  const path = span.replace(/\/$/, "").replace(/:\d+(-\d+)?$/, "");
  if (!/^[\w.{][\w.@{},*/-]*$/.test(path) || !path.includes("/")) return false;
  const [first = ""] = path.split("/");
  const near = posix.dirname(page);
  const base = [".", near].find((folder) =>
    statSync(join(ROOT, folder, first), { throwIfNoEntry: false })?.isDirectory(),
  );
  // A name whose first part is nobody's here belongs to somewhere else: a package, a media type, a route.
  if (base === undefined) return false;
  return globSync(path, { cwd: join(ROOT, base) }).length === 0;
}

function isVariable(name: string): boolean {
  const isSetting = Object.values<Setting<unknown>>(SETTINGS).some(({ env }) => env === name);
  return isSetting || name in FIXED_VARIABLES || productText().includes(name);
}

const isConfigKey = (key: string): boolean => {
  const setting = Object.entries<Setting<unknown>>(SETTINGS).find(([name]) => `nasiko:${name}` === key)?.[1];
  // Component types are written the same way, e.g. nasiko:platform:Service.
  return setting?.stackConfig === true || key === "nasiko:platform";
};

const isErrorCode = (code: string): boolean => definedErrors().some((error) => error.code === code);

let text: string | undefined;

/** The sources of everything that reads a variable: product, services, agents' templates and the launcher. */
function productText(): string {
  text ??= [
    ...sources().map((source) => source.text),
    ...globSync("{nasiko,.ci/run,{services,offline,templates,agents}/**/*.{ts,py,go,json,sh}}", {
      cwd: ROOT,
      exclude: (path) => path.includes("node_modules") || path.includes("dist"),
    }).map((file) => readFileSync(join(ROOT, file), "utf8")),
  ].join("\n");
  return text;
}

/** Headings of a page, as the part of a link behind "#". */
const anchorsOf = (page: string): readonly string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Links to a heading that the page it leads to does not have. */
export function unknownAnchors(page: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s:]*)#([^)\s]+)\)/g)].flatMap(([, target = "", anchor = ""]) => {
    const file = target === "" ? page : posix.join(dirname(page), target);
    if (!existsSync(join(ROOT, file))) return [];
    return anchorsOf(readFileSync(join(ROOT, file), "utf8")).includes(anchor)
      ? []
      : [`${file} has no heading #${anchor}`];
  });
}
