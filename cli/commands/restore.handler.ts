import type { Handler } from "./command.ts";
import { confirm } from "../render/confirm.ts";
import { readyEngine } from "../features/setup/ready-engine.ts";
import { readManifest } from "../features/snapshot/manifest.ts";
import { restoreSnapshot } from "../features/snapshot/restore-snapshot.ts";
import { restoreNotConfirmed } from "./errors.ts";
import { handler as up } from "./up.handler.ts";

/** Data and secrets first, then what runs on them. */
export const handler: Handler = async (given, options) => {
  const id = String(options["id"]);
  const snapshot = readManifest(given.home, id);
  const { origins } = await given.settings();
  const context =
    origins.authMode.source === "default" ? given.withEnvironment({ AUTH_MODE: snapshot.authMode }) : given;
  const question = `Restore snapshot ${id} of stack ${snapshot.stack} into stack ${context.stack}?`;
  if (options["yes"] !== true && !(await confirm(question)))
    throw restoreNotConfirmed({ id, stack: context.stack });
  await readyEngine(context, context.docker, options["yes"] === true);
  const failure = await restoreSnapshot(context, snapshot);
  if (failure !== undefined) return failure;
  const result = await up(context, options);
  return { ...result, json: { ...result.json, restored: id } };
};
