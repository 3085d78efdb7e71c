import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** A file of the page, ready to be sent. */
export interface Asset {
  readonly type: string;
  /** Of the plain form; the compressed ones add their name to it. */
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
  readonly brotli: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".js": "text/javascript; charset=utf-8",
};

/**
 * Reads the page, by the path at which it is served. The modules are TypeScript; their types are taken off here, as
 * Node does it for this program itself, so that no build stands between the source and the page.
 */
export function readAssets(): ReadonlyMap<string, Asset> {
  const publicFolder = new URL("../public/", import.meta.url).pathname;
  const pageFolder = new URL("./page/", import.meta.url).pathname;
  const files = readdirSync(publicFolder).map((name): [string, Asset] => [
    name === "index.html" ? "/" : `/assets/${name}`,
    asset(extname(name), readFileSync(join(publicFolder, name))),
  ]);
  const modules = readdirSync(pageFolder)
    .filter((name) => name.endsWith(".ts"))
    .map((name): [string, Asset] => [
      `/assets/${moduleName(name)}`,
      asset(".js", Buffer.from(moduleCode(readFileSync(join(pageFolder, name), "utf8")))),
    ]);
  return new Map([...files, ...modules]);
}

const moduleName = (name: string): string => name.replace(/\.ts$/, ".js");

function moduleCode(source: string): string {
  const code = stripTypeScriptTypes(source);
  // Where types stood is white space now, and a browser knows its modules by their served names.
  return code.replace(/[ \t]+$/gm, "").replace(/(from\s+"\.\/[\w-]+)\.ts"/g, '$1.js"');
}

function asset(extension: string, plain: Buffer): Asset {
  const digest = createHash("sha256").update(plain).digest("base64url").slice(0, 22);
  return {
    type: TYPES[extension] ?? "application/octet-stream",
    etag: digest,
    plain,
    gzip: gzipSync(plain, { level: 9 }),
    brotli: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  };
}
