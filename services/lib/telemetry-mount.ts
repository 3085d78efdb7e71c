/** The volume from which agents load what reports their traces. */
export interface TelemetryMount {
  /** Name on the engine. */
  readonly volume: string;
  /** Absolute folder in the agent's container. */
  readonly path: string;
}

const FORM = /^([a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}):(\/[a-zA-Z0-9_./-]{1,100})$/;

/** @param text e.g. "nasiko-local-agent-telemetry:/nasiko-telemetry"; undefined for any other form */
export function parseTelemetryMount(text: string): TelemetryMount | undefined {
  const [, volume, path] = FORM.exec(text) ?? [];
  return volume === undefined || path === undefined ? undefined : { volume, path };
}

/**
 * As the engine takes it. Read-only, and `NoCopy`: else the first agent's image would decide what is in a volume that
 * is empty, and every other agent would load it.
 */
export const mountBody = ({ volume, path }: TelemetryMount): Readonly<Record<string, unknown>> => ({
  Type: "volume",
  Source: volume,
  Target: path,
  ReadOnly: true,
  VolumeOptions: { NoCopy: true },
});
