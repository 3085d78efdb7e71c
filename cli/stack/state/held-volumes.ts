import type { StackSnapshot } from "../../../engine/core/engine.ts";

const VOLUME = "docker:index/volume:Volume";

/**
 * Stack config that keeps declared what the stack has: the engine would delete what the program no longer declares,
 * and with a volume goes its data. It counts where nobody sets `volumes`.
 */
export function heldVolumes(
  snapshot: Pick<StackSnapshot, "resources"> | undefined,
): Readonly<Record<string, string>> {
  const volumes = (snapshot?.resources ?? []).flatMap(({ type, name }) => (type === VOLUME ? [name] : []));
  return { "nasiko:volumes": volumes.length === 0 ? "none" : [...new Set(volumes)].join(",") };
}
