import { join } from "node:path";

import { z } from "zod";

import { openCrypter } from "../../../engine/core/secrets.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import { readPassphrase } from "../../stack/home/home.ts";
import { failedRun } from "../../stack/diagnosis/failed-run.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { refuseStackOfOtherHome } from "../../stack/observe/stack-of-other-home.ts";
import { engineOptions, stackSnapshot } from "../../stack/state/deployment.ts";
import { updateStackRecord } from "../../stack/home/stack-record.ts";
import { archiveProblems } from "./archive-check.ts";
import { restoreOverData, snapshotDamaged } from "./errors.ts";
import { type Manifest, snapshotFolder, verifyArchives, verifySeal } from "./manifest.ts";
import { volumesOf } from "./take-snapshot.ts";
import { withVolumeCarrier } from "./volume-carrier.ts";

const Secrets = z.record(z.string(), z.string());

/**
 * Brings volumes and secrets of a snapshot into a stack that has none. The program itself declares them, as after
 * `down`; only the values are those of the snapshot. What runs on them comes with the next `up`.
 * @returns why it failed; undefined when it did not
 * @throws NSK-SNAPSHOT-DAMAGED, NSK-RESTORE-OVER-DATA, NSK-STACK-OF-OTHER-HOME, NSK-PASSPHRASE-WRONG: then nothing was changed
 */
export async function restoreSnapshot(
  context: CommandContext,
  manifest: Manifest,
): Promise<CommandResult | undefined> {
  const { docker, engine, home, stack, output } = context;
  await verifyArchives(home, manifest);
  const crypter = await openCrypter(readPassphrase(home), manifest.secrets.salt);
  verifySeal(manifest, crypter);
  await requireEmptyStack(context, manifest.id);
  const secrets = Secrets.parse(JSON.parse(crypter.decrypt(manifest.secrets.sealed)));

  const overrides = { ...(await imagesAsThen(context, manifest)), "nasiko:running": "false" };
  const running = { ...overrides, "nasiko:running": "true" };
  await verifyContents(home, manifest, await blueprintOf(context, running));
  if (manifest.publicImages !== undefined)
    updateStackRecord(home, stack, { publicImages: manifest.publicImages });

  const passwords = new Map(Object.entries(secrets));
  const blueprint = await blueprintOf(context, overrides);
  const run = await engine.up(
    await engineOptions({ context, overrides, passwords, blueprint, onEvent: narrate(output) }),
  );
  if (run.outcome !== "succeeded") return failedRun(run);

  for (const archive of manifest.volumes) {
    // One at a time: what is in an archive can reach no volume but its own.
    await withVolumeCarrier(docker, stack, [archive.volume], (carrier) =>
      carrier.load(archive, snapshotFolder(home, manifest.id)),
    );
    output.note(`✓ ${archive.volume} restored`);
  }
  return undefined;
}

/** Data belongs to the program that wrote it: what the stack's config does not say, the snapshot does. */
async function imagesAsThen(
  context: CommandContext,
  { publicImages }: Manifest,
): Promise<Readonly<Record<string, string>>> {
  const { values } = await context.stackConfig();
  if (publicImages === undefined || values["nasiko:publicImages"] !== undefined) return {};
  return { "nasiko:publicImages": publicImages };
}

/**
 * Looks into every archive before anything is made for it.
 * @throws NSK-SNAPSHOT-DAMAGED naming what would get somewhere else than into its volume
 */
async function verifyContents(
  home: CommandContext["home"],
  { id, volumes }: Manifest,
  blueprint: Blueprint,
): Promise<void> {
  const planned = new Set(blueprint.volumes.map(({ volume }) => volume));
  const problems = await Promise.all(
    volumes.map(async ({ volume, file }) => {
      if (!planned.has(volume)) return [`volume ${volume} is none of this stack's, as it is set up here`];
      const bounds = { volume, mountedAt: mountsOf(volume, blueprint) };
      const found = await archiveProblems(join(snapshotFolder(home, id), file), bounds);
      return found.map((problem) => `${file}: ${problem}`);
    }),
  );
  if (problems.flat().length > 0) throw snapshotDamaged({ id, problems: problems.flat() });
}

/** Where containers of the stack have a volume. */
const mountsOf = (volume: string, { layers }: Blueprint): readonly string[] =>
  layers
    .flatMap(({ services }) => services)
    .flatMap(({ container }) => container.volumes)
    .flatMap((mount) => (mount.volume === volume ? [mount.path] : []));

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
  await refuseStackOfOtherHome(context);
}
