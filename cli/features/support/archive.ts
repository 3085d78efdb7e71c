import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

import { pack } from "tar-stream";

/** One file of an archive. */
export interface ArchivedText {
  readonly name: string;
  readonly text: string;
}

/** Writes texts as a compressed archive that only its owner reads. @throws when there is such a file, or no place for it */
export async function writeArchive(
  file: string,
  folder: string,
  texts: readonly ArchivedText[],
): Promise<void> {
  const archive = pack();
  for (const { name, text } of texts) archive.entry({ name: `${folder}/${name}`, mode: 0o600 }, text);
  archive.finalize();
  await pipeline(archive, createGzip(), createWriteStream(file, { mode: 0o600, flags: "wx" }));
}
