import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { createCrypter } from "../../../engine/core/secrets.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { LABEL } from "../../../platform/blueprint/labels.ts";
import { megabytes } from "../../render/amounts.ts";
import type { CommandContext } from "../../stack/context.ts";
import { readPassphrase } from "../../stack/home/home.ts";
import { statusOf } from "../../stack/observe/status.ts";
import { stackAddress } from "../../stack/state/deployment.ts";
import { observeStack } from "../../stack/observe/observe-stack.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { stackSecrets } from "../../stack/state/stack-secrets.ts";
import { readStackRecord } from "../../stack/home/stack-record.ts";
import { notReadyAgain, snapshotEmpty } from "./errors.ts";
import {
  createSnapshotFolder,
  type Manifest,
  sealManifest,
  snapshotFolder,
  snapshotId,
  type UnsealedManifest,
  writeManifest,
} from "./manifest.ts";
import { withQuietStores } from "./quiet-stores.ts";
import { withVolumeCarrier } from "./volume-carrier.ts";

export interface SnapshotRequest {
  readonly context: CommandContext;
  readonly blueprint: Blueprint;
  /** Waits until everything that was ready before is ready again. */
  readonly waitUntilReady: boolean;
}

/** Milliseconds between two looks at what starts again, and how long that may take. */
const PAUSE = 500;
const PATIENCE = 300_000;

/**
 * Copies every volume and secret of the stack into a folder below NASIKO_HOME, while whatever writes to a volume
 * stands still. Nobody else can change the stack meanwhile.
 * @throws NSK-SNAPSHOT-EMPTY, NSK-STATE-LOCKED, NSK-NOT-READY-AGAIN (then the snapshot is complete)
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<Manifest> {
  const { context, blueprint, waitUntilReady } = request;
  const { docker, engine, home, stack, output } = context;
  const volumes = await volumesOf(docker, stack);
  if (volumes.length === 0) throw snapshotEmpty({ stack });
  const before = await readyMembers(docker, blueprint);
  const id = snapshotId(stack, new Date());
  const { result: manifest, stopped } = await engine.holdStack(stackAddress(context), () =>
    withQuietStores(docker, blueprint, async () => {
      output.note(`Copying ${volumes.length} volumes …`);
      try {
        return await copy(request, id, volumes);
      } catch (error) {
        rmSync(snapshotFolder(home, id), { recursive: true, force: true });
        throw error;
      }
    }),
  );
  if (stopped && waitUntilReady) await untilReadyAgain(request, id, before);
  return manifest;
}

async function copy(
  { context, blueprint }: SnapshotRequest,
  id: string,
  volumes: readonly string[],
): Promise<Manifest> {
  const { docker, home, stack, output } = context;
  const folder = createSnapshotFolder(home, id);
  const crypter = await createCrypter(readPassphrase(home));
  const secrets = Object.fromEntries(await stackSecrets(context));
  const archives = await withVolumeCarrier(docker, stack, volumes, async (carrier) => {
    const saved: Manifest["volumes"] = [];
    for (const volume of volumes) {
      const archive = await carrier.save(volume, folder);
      output.note(`✓ ${volume}  ${megabytes(archive.bytes, 1)}`);
      saved.push(archive);
    }
    return saved;
  });
  const { publicImages } = readStackRecord(home, stack);
  const unsealed: UnsealedManifest = {
    format: 2,
    id,
    stack,
    createdAt: new Date().toISOString(),
    authMode: blueprint.settings.authMode,
    ...(publicImages === undefined ? {} : { publicImages }),
    secrets: { salt: crypter.salt, sealed: crypter.encrypt(JSON.stringify(secrets)) },
    volumes: archives,
  };
  const manifest = sealManifest(unsealed, crypter);
  writeManifest(home, manifest);
  return manifest;
}

/** Short names of the stack's volumes on the engine. */
export async function volumesOf(docker: DockerClient, stack: string): Promise<readonly string[]> {
  const volumes = await docker.volumes({ labels: [`${LABEL.stack}=${stack}`, LABEL.volume] });
  // The filter has left none without labels, whatever the types say.
  return volumes.flatMap(({ Labels }) => Labels[LABEL.volume] ?? []).toSorted();
}

async function readyMembers(docker: DockerClient, blueprint: Blueprint): Promise<ReadonlySet<string>> {
  const members = statusOf(blueprint, await observeStack(docker, plannedStack(blueprint)));
  return new Set(members.filter(({ ok }) => ok).map(({ name }) => name));
}

async function untilReadyAgain(
  { blueprint, context }: SnapshotRequest,
  id: string,
  before: ReadonlySet<string>,
): Promise<void> {
  context.output.note("Waiting until everything is ready again …");
  const startedAt = performance.now();
  for (;;) {
    const now = await readyMembers(context.docker, blueprint);
    const missing = [...before].filter((name) => !now.has(name));
    if (missing.length === 0) return;
    if (performance.now() - startedAt > PATIENCE) throw notReadyAgain({ id, members: missing });
    await sleep(PAUSE, undefined, { signal: context.cancel });
  }
}
