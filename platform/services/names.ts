import type { NetworkRole } from "./service-spec.ts";
import type { Settings } from "../settings/settings.ts";

/** Names on the engine. One place, because data hangs on them: a volume under another name is another volume. */

export const containerName = (stack: string, service: string): string => `nasiko-${stack}-${service}`;

/** By which the engine and the agents' gate find the registry's published port; here, for those who need no more of it. */
export const REGISTRY_SERVICE = "kong-service-registry";

/** Who keeps figures; here, for those who need to know no more of it. */
export const PROMETHEUS_SERVICE = "prometheus";

export const volumeName = (stack: string, volume: string): string => `nasiko-${stack}-${volume}`;

export function networkName({ stack, dockerNetwork }: Settings, role: NetworkRole): string {
  switch (role) {
    case "app":
      return dockerNetwork ?? (stack === "local" ? "nasiko-network" : `nasiko-${stack}-network`);
    case "control":
    case "data":
    case "agents":
      return `nasiko-${stack}-${role}`;
  }
}
