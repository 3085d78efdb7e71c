import { z } from "zod";

import { openCrypter } from "../../../engine/core/secrets.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import { readPassphrase } from "../../stack/home/home.ts";
import { failedRun } from "../../stack/diagnosis/failed-run.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { engineOptions, stackSnapshot } from "../../stack/state/deployment.ts";
import { updateStackRecord } from "../../stack/home/stack-record.ts";
import { restoreOverData } from "./errors.ts";
import { type Manifest, snapshotFolder, verifyArchives } from "./manifest.ts";
import { volumesOf } from "./take-snapshot.ts";
import { withVolumeCarrier } from "./volume-carrier.ts";

const Secrets = z.record(z.string(), z.string());

/**
 * Brings volumes and secrets of a snapshot into a stack that has none. The program itself declares them, as after
 * `down`; only the values are those of the snapshot. What runs on them comes with the next `up`.
 * @returns why it failed; undefined when it did not
 * @throws NSK-SNAPSHOT-DAMAGED, NSK-RESTORE-OVER-DATA, NSK-PASSPHRASE-WRONG: then nothing was changed
 */
export async function restoreSnapshot(
  context: CommandContext,
  manifest: Manifest,
): Promise<CommandResult | undefined> {
  const { docker, engine, home, stack, output } = context;
  await verifyArchives(home, manifest);
  await requireEmptyStack(context, manifest.id);
  const crypter = await openCrypter(readPassphrase(home), manifest.secrets.salt);
  const secrets = Secrets.parse(JSON.parse(crypter.decrypt(manifest.secrets.sealed)));
  if (manifest.publicImages !== undefined)
    updateStackRecord(home, stack, { publicImages: manifest.publicImages });

  const overrides = { "nasiko:running": "false" };
  const passwords = new Map(Object.entries(secrets));
  const blueprint = await blueprintOf(context, overrides);
  const run = await engine.up(
    await engineOptions({ context, overrides, passwords, blueprint, onEvent: narrate(output) }),
  );
  if (run.outcome !== "succeeded") return failedRun(run);

  const present = new Set(await volumesOf(docker, stack));
  const wanted = manifest.volumes.filter(({ volume }) => present.has(volume));
  const names = wanted.map(({ volume }) => volume);
  await withVolumeCarrier(docker, stack, names, async (carrier) => {
    for (const archive of wanted) {
      await carrier.load(archive, snapshotFolder(home, manifest.id));
      output.note(`✓ ${archive.volume} restored`);
    }
  });
  return undefined;
}

/** Data is never mixed with other data, and a password never with a database that has another. */
async function requireEmptyStack(context: CommandContext, id: string): Promise<void> {
  const { docker, stack } = context;
  const [volumes, state] = await Promise.all([volumesOf(docker, stack), stackSnapshot(context)]);
  const recorded = (state?.resources ?? []).filter(
    ({ custom, type }) => custom && !type.startsWith("pulumi:"),
  );
  const found = [
    ...volumes.map((volume) => `volume ${volume}`),
    ...(recorded.length === 0 ? [] : [`${recorded.length} resources in its state`]),
  ];
  if (found.length > 0) throw restoreOverData({ stack, found, id });
}
