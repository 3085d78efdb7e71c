import { type Preloads, preloadsIn } from "../../engine/formats/preloads.ts";
import { defineService, type ServiceContext } from "./define-service.ts";
import { volumeName } from "./names.ts";
import { platformImage, type ServiceSpec, type VolumeMount } from "./service-spec.ts";
import { instruments } from "./telemetry-env.ts";

export const AGENT_TELEMETRY = "agent-telemetry";

const PATH = "/nasiko-telemetry";

/** As the job mounts it, and agents do for reading only. */
const VOLUME = { volume: AGENT_TELEMETRY, path: PATH } as const satisfies VolumeMount;
export const TELEMETRY_MOUNT: VolumeMount = { ...VOLUME, readOnly: true };

/** What interpreters load of it. `current` leads to the newest version. */
export const TELEMETRY_PRELOADS: Preloads = preloadsIn(`${PATH}/current`);

/** For those who start agents while the stack runs: which volume of the engine is mounted where. */
export const telemetryMountEnv = ({ settings, has }: ServiceContext): Readonly<Record<string, string>> =>
  has(AGENT_TELEMETRY)
    ? { NASIKO_TELEMETRY_MOUNT: `${volumeName(settings.stack, AGENT_TELEMETRY)}:${PATH}` }
    : {};

export const agentTelemetry = defineService<ServiceSpec | undefined>((context) =>
  instruments(context) ? JOB : undefined,
);

const JOB: ServiceSpec = {
  kind: "job",
  name: AGENT_TELEMETRY,
  summary: "Lays out what agents on Node.js and Python load to report traces without a changed line",
  layer: "app",
  profile: "observability",
  image: platformImage(AGENT_TELEMETRY),
  volumes: [VOLUME],
  networks: ["app"],
  memory: "64MB",
  user: "1000:1000",
  stop: { signal: "SIGTERM", grace: "5s" },
};
