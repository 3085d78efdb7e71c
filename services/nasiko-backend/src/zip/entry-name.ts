import { getFileNameLowLevel, type Entry } from "yauzl";

/** What of an entry says how it is called. */
export type NamedEntry = Pick<Entry, "generalPurposeBitFlag" | "versionMadeBy" | "fileNameRaw"> &
  Partial<Pick<Entry, "extraFields">>;

/** In the upper byte of "version made by". */
const MADE_ON_UNIX = [3, 19];

/**
 * The name of an entry. Archivers of macOS write UTF-8 and do not say so, those of Windows may write backslashes, and
 * macOS takes letters and their accents apart: what is meant is the same path everywhere.
 */
export function readName({
  generalPurposeBitFlag,
  versionMadeBy,
  fileNameRaw,
  extraFields = [],
}: NamedEntry): string {
  const name =
    utf8(fileNameRaw) ?? getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, true);
  const onUnix = MADE_ON_UNIX.includes(versionMadeBy >>> 8);
  return (onUnix ? name : name.replaceAll("\\", "/")).normalize("NFC");
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
