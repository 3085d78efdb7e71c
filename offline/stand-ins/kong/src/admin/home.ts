import { hostname } from "node:os";
import type { Config } from "../config/config.ts";
import type { PluginKinds } from "../plugins/kinds.ts";
import { KONG_VERSION } from "../lib/version.ts";

export interface HomeFacts {
  readonly nodeId: string;
  readonly config: Config;
  readonly kinds: PluginKinds;
  /** Names of the plugins that are set somewhere. */
  readonly pluginsInUse: readonly string[];
}

/** What GET / tells about this node; never the database's password. */
export function homeDocument({ nodeId, config, kinds, pluginsInUse }: HomeFacts): unknown {
  const available = [...kinds].map(([name, { priority }]) => [name, { version: KONG_VERSION, priority }]);
  return {
    tagline: "A stand-in that keeps a part of Kong's interface; not Kong Gateway",
    version: KONG_VERSION,
    edition: "community",
    standin: true,
    hostname: hostname(),
    node_id: nodeId,
    plugins: {
      available_on_server: Object.fromEntries(available) as unknown,
      enabled_in_cluster: [...new Set(pluginsInUse)].toSorted(),
    },
    configuration: {
      database: "postgres",
      pg_host: config.database.host,
      pg_port: config.database.port,
      pg_database: config.database.database,
      pg_user: config.database.user,
      pg_password: "******",
      plugins: config.plugins,
      log_level: config.logLevel,
      router_flavor: "traditional",
      worker_consistency: "strict",
    },
    pids: { master: process.pid, workers: [process.pid] },
  };
}

/** What GET /status tells, on the Admin API and on the status listener. */
export function statusDocument(facts: {
  readonly reachable: boolean;
  readonly connections: number;
  readonly requests: number;
}): unknown {
  const { heapUsed } = process.memoryUsage();
  return {
    database: { reachable: facts.reachable },
    memory: {
      workers_lua_vms: [{ pid: process.pid, http_allocated_gc: `${(heapUsed / 2 ** 20).toFixed(2)} MiB` }],
      lua_shared_dicts: {},
    },
    server: {
      connections_active: facts.connections,
      total_requests: facts.requests,
    },
  };
}
