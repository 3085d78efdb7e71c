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

/** Reads the page, by the path at which it is served. Its modules lost their types when the service was bundled. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = new URL("./public/", import.meta.url);
  const files = readdirSync(folder).map((name): [string, Asset] => [
    name === "index.html" ? "/" : `/assets/${name}`,
    asset(extname(name), readFileSync(new URL(name, folder))),
  ]);
  return new Map(files);
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
