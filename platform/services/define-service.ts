import type { Settings } from "../settings/settings.ts";
import type { ServiceSpec } from "./service-spec.ts";

/** What a service may know when it describes itself. */
export interface ServiceContext {
  readonly settings: Settings;
  /** Whether a service is part of the stack, for what makes sense only together with it. */
  readonly has: (service: string) => boolean;
}

/** A pure function from settings to plain data. */
export type ServiceDefinition = (context: ServiceContext) => ServiceSpec;

export const defineService = (definition: ServiceDefinition): ServiceDefinition => definition;

/** A default host port, moved by NASIKO_PORT_OFFSET; one that the user set is taken as it is. */
export function hostPort(settings: Settings, chosen: number | undefined, preferred: number): number {
  return chosen ?? preferred + settings.portOffset;
}
