import { crc32, deflateRawSync } from "node:zlib";

/** One entry of an archive, which may be as wrong as a test wants it. */
export interface ZipItem {
  readonly name: string;
  readonly content?: string | Buffer;
  /** Unix mode with file type. @default a file, 0644 */
  readonly mode?: number;
  /** Bytes after unpacking, as claimed. @default the truth */
  readonly claimed?: number;
}

/** Writes a zip archive (APPNOTE 6.3.3, as far as it is needed here); no library would write a wrong one. */
export function zipOf(items: readonly ZipItem[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = "", mode = 0o100644, claimed } of items) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const fileName = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x0800, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimed ?? bytes.length, 18);
    common.writeUInt16LE(fileName.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, fileName, packed]);
    const attributes = Buffer.alloc(14);
    // Behind the file name's length: comment, disk, internal and external attributes, offset.
    attributes.writeUInt32LE((mode << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x03"), common, attributes, fileName]));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}

/** The files that make a folder an agent. */
export const agentFiles = (name: string, version = "1.0.0"): readonly ZipItem[] => [
  { name: "Dockerfile", content: "FROM node:24-bookworm-slim\nCOPY main.js /\nCMD node /main.js\n" },
  { name: "docker-compose.yml", content: `services:\n  any:\n    container_name: ${name}\n    build: .\n` },
  { name: "AgentCard.json", content: JSON.stringify({ name: `The ${name}`, version }) },
  { name: "main.js", content: "" },
];
