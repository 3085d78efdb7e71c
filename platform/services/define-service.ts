import type { Settings } from "../settings/settings.ts";
import { hostPort, type PortName, PORT_SETTINGS } from "../settings/ports.ts";
import type { PortSpec, ServiceSpec } from "./service-spec.ts";

/** What a service may know when it describes itself. */
export interface ServiceContext {
  readonly settings: Settings;
  /** Whether a service is part of the stack, for what makes sense only together with it. */
  readonly has: (service: string) => boolean;
}

/** A pure function from settings to plain data; undefined where these settings leave nothing for it to do. */
export type ServiceDefinition<Spec extends ServiceSpec | undefined = ServiceSpec | undefined> = (
  context: ServiceContext,
) => Spec;

export const defineService = <Spec extends ServiceSpec | undefined = ServiceSpec>(
  definition: ServiceDefinition<Spec>,
): ServiceDefinition<Spec> => definition;

/** The host's side of a port: where it is published, and the setting that decides about it. */
export const onHost = (settings: Settings, port: PortName): Pick<PortSpec, "host" | "setting"> => ({
  host: hostPort(settings, port),
  setting: PORT_SETTINGS[port].env,
});
