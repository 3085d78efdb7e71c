import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";
import type { PropertyMap } from "../../core/values.ts";
import { reader } from "../schema/reader.ts";

/** A file that is copied into a container before it starts. */
export interface UploadedFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly content: Buffer;
}

/** The files of a container's arguments, in the order of their paths. */
export function uploadedFiles(inputs: PropertyMap): readonly UploadedFile[] {
  const files = reader(inputs)
    .blocks("uploads")
    .map((upload): UploadedFile => {
      const permissions = upload.text("permissions");
      const base64 = upload.text("contentBase64");
      return {
        path: upload.requiredText("file"),
        mode:
          permissions === undefined
            ? upload.flag("executable") === true
              ? 0o744
              : 0o644
            : parseInt(permissions, 8),
        uid: Number(upload.text("owner") ?? 0),
        gid: Number(upload.text("group") ?? 0),
        content:
          base64 === undefined
            ? Buffer.from(upload.text("content") ?? "", "utf8")
            : Buffer.from(base64, "base64"),
      };
    });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** All files in one archive to be unpacked at "/". Equal files, equal bytes: times are zero. */
export async function uploadArchive(files: readonly UploadedFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { path, mode, uid, gid, content } of files)
    archive.entry({ name: path.replace(/^\/+/, ""), mode, uid, gid, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive);
}
