import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";
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
  const folder = new URL("../public/", import.meta.url);
  const files = readdirSync(folder).map((name): [string, Asset] => [
    name === "index.html" ? "/" : `/assets/${name}`,
    asset(extname(name), readFileSync(new URL(name, folder))),
  ]);
  const modules = Object.entries(readModules()).map(([name, code]): [string, Asset] => [
    `/assets/${name}`,
    asset(".js", Buffer.from(code)),
  ]);
  return new Map([...files, ...modules]);
}

/** In a process of its own: what takes the types off would go on holding 15 MB here. */
function readModules(): Readonly<Record<string, string>> {
  const script = new URL("./strip-page.ts", import.meta.url).pathname;
  const written = execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  // Our own script, a few lines long, writes nothing else.
  return JSON.parse(written) as Readonly<Record<string, string>>;
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
