import type { Manifest } from "./manifest.ts";

/** A snapshot for programs: everything but the secrets. */
export function snapshotAsJson(
  { id, stack, createdAt, volumes }: Manifest,
  folder: string,
): Readonly<Record<string, unknown>> {
  return { id, stack, createdAt, folder, volumes: volumes.map(({ volume, bytes }) => ({ volume, bytes })) };
}
