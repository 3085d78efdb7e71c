import type { Settings } from "../settings/settings.ts";
import { hostPort, type PortName, PORT_SETTINGS } from "../settings/ports.ts";
import type { PortSpec, ServiceSpec } from "./service-spec.ts";

/** What a service may know when it describes itself. */
export interface ServiceContext {
  readonly settings: Settings;
  /** Whether a service is part of the stack, for what makes sense only together with it. */
  readonly has: (service: string) => boolean;
}

/** A pure function from settings to plain data. */
export type ServiceDefinition = (context: ServiceContext) => ServiceSpec;

export const defineService = (definition: ServiceDefinition): ServiceDefinition => definition;

/** The host's side of a port: where it is published, and the setting that decides about it. */
export const onHost = (settings: Settings, port: PortName): Pick<PortSpec, "host" | "setting"> => ({
  host: hostPort(settings, port),
  setting: PORT_SETTINGS[port].env,
});
