import { Pool } from "undici";
import type { Service } from "../entities/service.ts";

/** Where a service's connections go, and on what terms: services that agree in all of it share connections. */
function poolKey(service: Service): string {
  const { protocol, host, port, connect_timeout, tls_verify } = service;
  return JSON.stringify([protocol, host, port, connect_timeout, tls_verify]);
}

function createPool(service: Service): Pool {
  const host =
    service.host.includes(":") && !service.host.startsWith("[") ? `[${service.host}]` : service.host;
  return new Pool(`${service.protocol}://${host}:${service.port}`, {
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    // Kong does not verify upstream certificates unless a service asks for it.
    connect: { timeout: service.connect_timeout, rejectUnauthorized: service.tls_verify === true },
  });
}

/** Kept connections to the upstream servers. */
export interface Pools {
  readonly of: (service: Service) => Pool;
  /** Closes what none of these services uses; requests that are under way finish first. */
  readonly retain: (services: readonly Service[]) => void;
  readonly close: () => Promise<void>;
}

/** @param onError takes what goes wrong while closing: nobody waits for that */
export function createPools(onError: (error: unknown) => void): Pools {
  const pools = new Map<string, Pool>();
  return {
    of: (service) => {
      const key = poolKey(service);
      const known = pools.get(key);
      if (known !== undefined) return known;
      const pool = createPool(service);
      pools.set(key, pool);
      return pool;
    },
    retain: (services) => {
      const used = new Set(services.map(poolKey));
      for (const [key, pool] of pools) {
        if (used.has(key)) continue;
        pools.delete(key);
        pool.close().catch(onError);
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}
