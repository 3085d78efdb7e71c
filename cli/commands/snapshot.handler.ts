import type { Handler } from "../command.ts";
import { rememberedMode } from "../run/auth-mode.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { snapshotFolder } from "../snapshot/manifest.ts";
import { snapshotAsJson } from "../snapshot/snapshot-json.ts";
import { takeSnapshot } from "../snapshot/take-snapshot.ts";

export const handler: Handler = async (context) => {
  await context.docker.ping();
  const blueprint = await blueprintOf(context, await rememberedMode(context));
  const snapshot = await takeSnapshot({ context, blueprint, waitUntilReady: true });
  const folder = snapshotFolder(context.home, snapshot.id);
  return {
    exitCode: 0,
    text: `Snapshot ${snapshot.id}: ${snapshot.volumes.length} volumes and the secrets, in ${folder}\nTo bring it back into a stack without data: ./nasiko local restore ${snapshot.id}`,
    json: { ok: true, stack: context.stack, snapshot: snapshotAsJson(snapshot, folder) },
  };
};
