import type { Handler } from "../define-command.ts";
import type { spec } from "./snapshot.ts";
import { rememberedMode } from "../../stack/blueprint/auth-mode.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { snapshotFolder } from "../../features/snapshot/manifest.ts";
import { snapshotAsJson } from "../../features/snapshot/snapshot-json.ts";
import { takeSnapshot } from "../../features/snapshot/take-snapshot.ts";

export const handler: Handler<typeof spec> = async (context) => {
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
