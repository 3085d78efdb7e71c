import type { FinalStage } from "../../engine/formats/final-stage.ts";
import { isPlainBase, preloadVariables } from "../../engine/formats/preloads.ts";
import { AGENT_TELEMETRY, TELEMETRY_MOUNT, TELEMETRY_PRELOADS } from "../services/agent-telemetry.ts";
import type { ServiceContext } from "../services/define-service.ts";
import { sensitive, type SensitiveText } from "../services/env-value.ts";
import type { VolumeMount } from "../services/service-spec.ts";
import { isInstrumented } from "../services/telemetry-env.ts";

type Env = Readonly<Record<string, string | SensitiveText>>;

/** What makes an agent report traces without a changed line, besides the variables of OpenTelemetry itself. */
export interface AgentPreloads {
  readonly env: Env;
  readonly volumes: readonly VolumeMount[];
  /** Services that have to be ready before the agent. */
  readonly after: readonly string[];
  readonly notes: readonly string[];
}

const NONE: AgentPreloads = { env: {}, volumes: [], after: [], notes: [] };

export interface PreloadRequest {
  readonly name: string;
  /** What its Dockerfile says; undefined where an image is taken as it is. */
  readonly stage: FinalStage | undefined;
  /** Words of its compose file that it runs in place of the image's. */
  readonly command: readonly string[];
  /** What it has from its compose file. */
  readonly env: Env;
}

/**
 * What an agent on Node.js or Python loads first. Its own variables of the same names stay; where they cannot be known,
 * because its image stands on one that may set them, it is left as it is.
 */
export function agentPreloads(
  context: ServiceContext,
  { name, stage, command, env }: PreloadRequest,
): AgentPreloads {
  if (!context.has(AGENT_TELEMETRY) || !isInstrumented(context, name) || stage?.base === "scratch")
    return NONE;
  if (stage === undefined || !isPlainBase(stage.base))
    return {
      ...NONE,
      notes: [
        `Agent ${name} reports traces only by itself: what variables its image has cannot be known before it runs.`,
      ],
    };
  const own = (variable: string): string | SensitiveText | undefined =>
    Object.hasOwn(env, variable) ? env[variable] : stage.env.get(variable);
  const textOf = (variable: string): string | undefined => {
    const value = own(variable);
    return typeof value === "object" ? value.value : value;
  };
  const runs = command.length > 0 ? command.join(" ") : stage.command;
  const added = Object.entries(preloadVariables(TELEMETRY_PRELOADS, textOf, runs));
  return {
    env: Object.fromEntries(
      added.map(([variable, value]) => [
        variable,
        typeof own(variable) === "object" ? sensitive(value) : value,
      ]),
    ),
    volumes: [TELEMETRY_MOUNT],
    after: [AGENT_TELEMETRY],
    notes: [],
  };
}
