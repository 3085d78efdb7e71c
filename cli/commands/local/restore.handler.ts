import type { Handler } from "../define-command.ts";
import type { spec } from "./restore.ts";
import { confirm } from "../../render/ask.ts";
import { readyEngine } from "../../features/setup/ready-engine.ts";
import { readManifest } from "../../features/snapshot/manifest.ts";
import { restoreSnapshot } from "../../features/snapshot/restore-snapshot.ts";
import { restoreNotConfirmed } from "../errors.ts";
import { bringUp } from "./bring-up.ts";

/** Data and secrets first, then what runs on them. */
export const handler: Handler<typeof spec> = async (given, { options, args }) => {
  const { id } = args;
  const snapshot = readManifest(given.home, id);
  const { origins } = await given.settings();
  const context =
    origins.authMode.source === "default" ? given.withEnvironment({ AUTH_MODE: snapshot.authMode }) : given;
  const question = `Restore snapshot ${id} of stack ${snapshot.stack} into stack ${context.stack}?`;
  if (!options.yes && !(await confirm(given.terminal, question)))
    throw restoreNotConfirmed({ id, stack: context.stack });
  await readyEngine(context, context.docker, options.yes);
  const failure = await restoreSnapshot(context, snapshot);
  if (failure !== undefined) return failure;
  const result = await bringUp(context, {
    yes: options.yes,
    autoPorts: false,
    waitLock: false,
    showSecrets: false,
  });
  return { ...result, json: { ...result.json, restored: id } };
};
