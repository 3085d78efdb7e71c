import type { Handler } from "../define-command.ts";
import type { spec } from "./snapshots.ts";
import { megabytes } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { listSnapshots, readManifest, snapshotFolder } from "../../features/snapshot/manifest.ts";
import { snapshotAsJson } from "../../features/snapshot/snapshot-json.ts";

/** Snapshots of every stack: one stack's can be restored into another. */
export const handler: Handler<typeof spec> = ({ home }) => {
  const snapshots = listSnapshots(home).map((id) => readManifest(home, id));
  const rows = snapshots.map(({ id, stack, createdAt, volumes }) => {
    const bytes = volumes.reduce((sum, archive) => sum + archive.bytes, 0);
    return [id, stack, createdAt, megabytes(bytes, 1)];
  });
  return Promise.resolve({
    exitCode: 0,
    text:
      rows.length === 0
        ? "There are no snapshots. ./nasiko local snapshot takes one."
        : table([["ID", "STACK", "TAKEN", "SIZE"], ...rows]),
    json: {
      ok: true,
      snapshots: snapshots.map((snapshot) => snapshotAsJson(snapshot, snapshotFolder(home, snapshot.id))),
    },
  });
};
