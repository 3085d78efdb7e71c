import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { homeDocument, statusDocument } from "./admin/home.ts";
import { createOperations } from "./admin/operations.ts";
import { createAdmin } from "./admin/server.ts";
import { readCertificate } from "./config/certificate.ts";
import type { Config } from "./config/config.ts";
import { collections } from "./entities/collection.ts";
import { startLiveConfig, type LiveConfig } from "./live-config.ts";
import type { Log } from "./lib/log.ts";
import { exposition } from "./metrics/exposition.ts";
import { nodeMetrics } from "./metrics/node-metrics.ts";
import { createRequestMetrics } from "./metrics/request-metrics.ts";
import { placeOf, PROMETHEUS } from "./plugins/prometheus.ts";
import { requirePlugins } from "./plugins/required.ts";
import { createPools } from "./proxy/pools.ts";
import { createProxyServer } from "./proxy/server.ts";
import { openServers, type Servers } from "./servers.ts";
import { createStatusServer, type Readiness } from "./status/server.ts";
import { openDatabase } from "./store/database.ts";
import { readSchema } from "./store/migrate.ts";
import { MIGRATIONS, schemaState, startRefusal } from "./store/migrations.ts";
import { createStore } from "./store/store.ts";

/** As Kong's db_update_frequency: how long a change by another node may take to get here. */
const POLL_EVERY = 5_000;
/** How long requests that are under way may go on after a signal. */
const DRAIN_FOR = 10_000;

export interface Gateway {
  /** Finishes what is under way and closes everything. */
  readonly stop: () => Promise<void>;
}

async function adminServer(app: ReturnType<typeof createAdmin>): Promise<() => Server> {
  await app.ready();
  return () => createServer((request, response) => app.routing(request, response));
}

/** Starts everything. @throws Error with the reason when the gateway cannot or may not start */
export async function startGateway(config: Config, log: Log): Promise<Gateway> {
  const requestMetrics = createRequestMetrics();
  const kinds = requirePlugins(config, requestMetrics);
  const certificate = config.certificate === undefined ? undefined : readCertificate(config.certificate);
  const all = collections(kinds);
  const database = openDatabase(config.database, (error) =>
    log("warn", `a connection to the database broke: ${error.message}`),
  );
  const refusal = startRefusal(schemaState(await readSchema(database), MIGRATIONS));
  if (refusal !== undefined) throw new Error(refusal);

  let readiness: Readiness = "starting";
  const nodeId = randomUUID();
  const requests = { total: 0, underWay: 0 };
  const store = createStore(database, all);
  const pools = createPools((error) => log("info", `closing connections: ${String(error)}`));
  // The status listener comes first, so that probes are told "not yet" instead of nothing.
  const parts: { live?: LiveConfig; proxies?: Servers } = {};
  const databaseReachable = async (): Promise<boolean> => {
    await parts.live?.poll();
    return parts.live?.databaseReachable() ?? false;
  };
  const status = async (): Promise<unknown> => {
    return statusDocument({
      reachable: await databaseReachable(),
      connections: parts.proxies?.connections() ?? 0,
      requests: requests.total,
    });
  };
  const metrics = async (): Promise<string> => {
    const node = nodeMetrics({
      ...{ nodeId, requests, pid: process.pid, heapUsed: process.memoryUsage().heapUsed },
      databaseReachable: await databaseReachable(),
      connections: { accepted: parts.proxies?.accepted() ?? 0, open: parts.proxies?.connections() ?? 0 },
    });
    const isSet = parts.live?.entities().plugins.some(({ name, enabled }) => name === PROMETHEUS && enabled);
    return exposition(isSet === true ? [...node, ...requestMetrics.read()] : node);
  };
  const probes = await openServers(config.status, () =>
    createStatusServer({
      ...{ readiness: () => readiness, databaseReachable, status },
      metrics: kinds.has(PROMETHEUS) ? metrics : undefined,
    }),
  );
  const live = await startLiveConfig(store, kinds, log, ({ services, targets }) => {
    pools.retain(services);
    requestMetrics.retain(targets.map(({ route, service }) => placeOf(route, service)));
  });
  parts.live = live;
  const { snapshot, entities, refresh, poll } = live;

  const stamp = (): { readonly id: string; readonly now: number } => ({
    id: randomUUID(),
    now: Math.floor(Date.now() / 1000),
  });
  const app = createAdmin({
    collections: all,
    operations: {
      services: createOperations(store, all, "services", stamp),
      routes: createOperations(store, all, "routes", stamp),
      plugins: createOperations(store, all, "plugins", stamp),
      consumers: createOperations(store, all, "consumers", stamp),
      jwt_secrets: createOperations(store, all, "jwt_secrets", stamp),
      acls: createOperations(store, all, "acls", stamp),
    },
    apply: refresh,
    home: () =>
      homeDocument({ nodeId, config, kinds, pluginsInUse: entities().plugins.map(({ name }) => name) }),
    status,
    log,
  });
  const admins = await openServers(config.admin, await adminServer(app));
  const proxies = await openServers(config.proxy, ({ flags }) => {
    const server = createProxyServer(
      { snapshot, pools, log, draining: () => readiness === "draining" },
      flags.includes("ssl") ? certificate : undefined,
    );
    server.on("request", (_request, response) => {
      requests.total += 1;
      requests.underWay += 1;
      response.once("close", () => (requests.underWay -= 1));
    });
    return server;
  });
  parts.proxies = proxies;
  const polling = setInterval(() => void poll(), POLL_EVERY);
  readiness = "ready";
  log("notice", `ready: ${entities().routes.length} routes, ${entities().services.length} services`);

  const stop = async (): Promise<void> => {
    readiness = "draining";
    clearInterval(polling);
    await Promise.all([proxies.stop(DRAIN_FOR), admins.stop(DRAIN_FOR)]);
    await Promise.all([probes.stop(0), pools.close(), database.close()]);
  };
  return { stop };
}
