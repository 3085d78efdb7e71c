import { causeOf } from "../../lib/cause.ts";
import type { HttpClient } from "../../lib/http.ts";

export interface HealthReport {
  readonly status: "ok" | "degraded";
  readonly router: "healthy";
  /** ISO 8601. */
  readonly timestamp: string;
  /** "healthy", or what is wrong. */
  readonly components: Readonly<Record<"gateway" | "agent_registry" | "service_registry", string>>;
}

export type CheckHealth = () => Promise<HealthReport>;

/** Milliseconds. */
const PATIENCE = 2000;
/** A path that leads nowhere: the gateway's own 404 proves that it routes, whatever else is up. */
const NOWHERE = "/-/nasiko-router-probe";

/** Asks what the router cannot work without. Simultaneous questions share one answer. */
export function createHealth(
  http: HttpClient,
  urls: { readonly gatewayUrl: string; readonly backendUrl: string; readonly registryUrl: string },
): CheckHealth {
  const ask = async (url: string, accepted: (status: number) => boolean): Promise<string> => {
    try {
      const { status } = await http.json(url, { signal: AbortSignal.timeout(PATIENCE) });
      return accepted(status) ? "healthy" : `answers ${status}`;
    } catch (error) {
      return `unreachable: ${causeOf(error)}`;
    }
  };
  const check = async (): Promise<HealthReport> => {
    const [gateway, backend, registry] = await Promise.all([
      ask(`${urls.gatewayUrl}${NOWHERE}`, (status) => status < 500),
      ask(`${urls.backendUrl}/healthcheck`, (status) => status === 200),
      ask(`${urls.registryUrl}/health`, (status) => status === 200),
    ]);
    const components = { gateway, agent_registry: backend, service_registry: registry };
    const healthy = Object.values(components).every((state) => state === "healthy");
    return {
      status: healthy ? "ok" : "degraded",
      router: "healthy",
      timestamp: new Date().toISOString(),
      components,
    };
  };
  let running: Promise<HealthReport> | undefined;
  return () => {
    running ??= check().finally(() => (running = undefined));
    return running;
  };
}
