import type { ContainerFacts, StackFacts } from "../../../policies/facts/facts.ts";

/** A service of no particular role that keeps every rule. */
const ORDINARY: ContainerFacts = {
  name: "redis",
  kind: "service",
  reachableBy: [],
  labels: {
    "nasiko.stack": "local",
    "nasiko.service": "redis",
    "nasiko.kind": "service",
    "nasiko.hash": "0123456789abcdef",
    "nasiko.managed-by": "pulumi",
  },
  image: "nasiko/redis:0123456789abcdef",
  privileged: false,
  capabilities: { adds: [], drops: ["ALL"] },
  securityOpts: ["no-new-privileges:true"],
  hostMounts: [],
  volumes: [{ name: "nasiko-local-redis-data", readOnly: false }],
  readOnly: true,
  user: "999:999",
  namespaces: { network: "bridge" },
  networks: ["nasiko-local-data"],
  publishAllPorts: false,
  ports: [],
  memoryMegabytes: 256,
  memorySwapMegabytes: 256,
  cpuBounded: true,
  pidsLimit: 100,
  ulimits: ["nofile"],
  health: {
    test: ["CMD-SHELL", "redis-cli ping | grep -q PONG"],
    intervalSeconds: 10,
    timeoutSeconds: 5,
    startPeriodSeconds: 30,
    startIntervalSeconds: 0,
    retries: 3,
  },
  restart: "unless-stopped",
  stopSignal: "SIGTERM",
  stopGraceSeconds: 20,
  init: true,
  log: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
  env: [{ name: "REDISCLI_AUTH", secret: true }],
  grants: [],
  waiting: { healthySeconds: 120, attach: false, mustRun: true },
};

/** A store that keeps every rule. */
export const GOOD: ContainerFacts = { ...ORDINARY, role: "store" };

const LABELS = { "nasiko.stack": "local" };

export const GOOD_STACK: StackFacts = {
  containers: [GOOD],
  networks: ["data", "agents", "app"].map((role) => ({
    name: `nasiko-local-${role}`,
    labels: { ...LABELS, "nasiko.network": role },
  })),
  volumes: [{ name: "nasiko-local-redis-data", labels: LABELS, protect: true }],
  engineMegabytes: 8000,
};

/** One container in the stack besides the good one, of no particular role. */
const beside = (...others: readonly Partial<ContainerFacts>[]): StackFacts => ({
  ...GOOD_STACK,
  containers: [GOOD, ...others.map((other) => ({ ...ORDINARY, name: "other", volumes: [], ...other }))],
});

const health = (change: Partial<ContainerFacts["health"]>): Partial<ContainerFacts> => ({
  // The good one has a health check.
  health: { ...GOOD.health, ...change } as NonNullable<ContainerFacts["health"]>,
});
const published = (change: Partial<ContainerFacts["ports"][number]>): Partial<ContainerFacts> => ({
  name: "n8n",
  reachableBy: ["host"],
  ports: [{ internal: 8000, external: 9100, ip: "127.0.0.1", ...change }],
});
const mount = (path: string, readOnly = true): Partial<ContainerFacts> => ({
  hostMounts: [{ path, readOnly }],
});
const SOCKET = mount("/var/run/docker.sock");
const PROXY = { name: "docker-proxy-read", role: "docker-proxy" } as const;
const KONG = { name: "kong", role: "gateway", reachableBy: ["host", "agents"] } as const;

interface Example<Facts> {
  readonly passes: readonly Facts[];
  readonly fails: readonly Facts[];
}

/** For each rule: what it lets pass besides {@link GOOD}, and what it does not. */
export const CONTAINER_EXAMPLES: Readonly<Record<string, Example<Partial<ContainerFacts>>>> = {
  C01: { passes: [], fails: [{ privileged: true }] },
  C02: {
    passes: [],
    fails: [
      { capabilities: { adds: [], drops: [] } },
      { capabilities: { adds: ["NET_ADMIN"], drops: ["ALL"] } },
    ],
  },
  C03: {
    passes: [{ securityOpts: ["no-new-privileges"] }],
    fails: [{ securityOpts: [] }, { securityOpts: ["no-new-privileges:true", "no-new-privileges:false"] }],
  },
  C04: {
    passes: [{ securityOpts: ["seccomp=/etc/docker/ours.json"] }],
    fails: [
      { securityOpts: ["seccomp=unconfined"] },
      { securityOpts: ["apparmor:unconfined"] },
      { securityOpts: ["systempaths=unconfined"] },
    ],
  },
  C05: {
    passes: [{ ...PROXY, ...SOCKET }],
    fails: [SOCKET, { ...PROXY, ...mount("/var/run/docker.sock", false) }],
  },
  C06: {
    passes: [SOCKET],
    fails: [
      mount("/"),
      mount("/etc"),
      mount("/etc/ssl/"),
      mount("/var/lib/docker/volumes"),
      mount("/var/run"),
      mount("/home/somebody/.ssh"),
      mount("/srv/models"),
    ],
  },
  C07: { passes: [mount("/srv/models")], fails: [mount("/srv/models", false)] },
  C08: { passes: [], fails: [{ readOnly: false }] },
  C09: {
    passes: [{ user: "1000" }, { user: "1000:0" }],
    fails: [{ user: "0:0" }, { user: "0" }, { user: "node" }, { user: "" }],
  },
  C10: {
    passes: [{ namespaces: { ipc: "private" } }],
    fails: [
      { namespaces: { pid: "host" } },
      { namespaces: { cgroup: "host" } },
      { namespaces: { network: "container:abc" } },
    ],
  },
  C11: {
    passes: [],
    fails: [{ networks: [] }, { networks: ["bridge"] }, { networks: ["host"] }, { publishAllPorts: true }],
  },
  C12: {
    passes: [published({}), published({ ip: "::1" })],
    fails: [published({ ip: "0.0.0.0" }), published({ ip: "192.168.1.4" }), published({ ip: "::" })],
  },
  C13: {
    passes: [published({}), { ...published({ external: 443 }), ...KONG }],
    fails: [published({ external: 443 }), published({ internal: 22 }), published({ external: 1023 })],
  },
  C14: { passes: [published({})], fails: [{ ...published({}), name: "mongodb", reachableBy: [] }] },
  C15: {
    passes: [],
    fails: [{ memoryMegabytes: 0 }, { memorySwapMegabytes: 512 }, { memorySwapMegabytes: -1 }],
  },
  C16: { passes: [], fails: [{ cpuBounded: false }] },
  C17: { passes: [], fails: [{ pidsLimit: 0 }, { pidsLimit: -1 }] },
  C18: { passes: [{ ...KONG, ulimits: [] }], fails: [{ ulimits: [] }] },
  C19: {
    passes: [health({ intervalSeconds: 1 }), { kind: "agent" }],
    fails: [
      health({ test: ["NONE"] }),
      health({ intervalSeconds: 90 }),
      health({ retries: 1 }),
      health({ timeoutSeconds: 0 }),
    ],
  },
  C20: {
    passes: [health({ startIntervalSeconds: 1 })],
    fails: [health({ startIntervalSeconds: 1, startPeriodSeconds: 0 })],
  },
  C21: {
    passes: [health({ test: ["CMD", "/probe", "true"] })],
    fails: [
      health({ test: ["CMD", "true"] }),
      health({ test: ["CMD-SHELL", "echo ok"] }),
      health({ test: ["CMD-SHELL", "exit 0"] }),
      health({ test: ["CMD-SHELL", "curl -f http://127.0.0.1/"] }),
    ],
  },
  C22: {
    passes: [
      { restart: "on-failure", maxRetryCount: 5 },
      { kind: "job", restart: "no", waiting: { attach: true, mustRun: false } },
    ],
    fails: [
      { restart: "always" },
      { restart: "on-failure" },
      { kind: "job" },
      { kind: "job", restart: "no", waiting: { attach: true, mustRun: true } },
    ],
  },
  C23: {
    passes: [{ image: "postgres:18.6", stopSignal: "SIGINT" }],
    fails: [{ stopGraceSeconds: 0 }, { stopSignal: "" }, { image: "nasiko/postgres:0123456789abcdef" }],
  },
  C24: { passes: [], fails: [{ init: false }] },
  C25: {
    passes: [{ image: `redis:7.4.11-alpine@sha256:${"a".repeat(64)}` }],
    fails: [{ image: "redis:7.4.11-alpine" }, { image: "redis:latest" }, { image: "registry:5000/redis" }],
  },
  C26: {
    passes: [{ log: { driver: "journald", options: {} } }],
    fails: [
      { log: { driver: "json-file", options: { "max-size": "10m" } } },
      { log: { driver: "", options: { "max-file": "3" } } },
    ],
  },
  C27: {
    passes: [
      { env: [{ name: "OPENAI_API_KEY", secret: true, value: "sk-0123456789abcdef" }] },
      { env: [{ name: "DB_PASSWORD", secret: false, value: "" }] },
      { env: [{ name: "TOKEN_LIFETIME", secret: false, value: "60" }] },
    ],
    fails: [{ env: [{ name: "DB_PASSWORD", secret: false, value: "0123456789abcdefgh" }] }],
  },
  C28: {
    passes: [{ env: [{ name: "JWT_SECRET", secret: true, value: "8f2c1d9e7a6b5c4d3e2f" }] }],
    fails: ["changeme", "Postgres", "0".repeat(32), "short"].map((value) => ({
      env: [{ name: "DB_PASSWORD", secret: true, value }],
    })),
  },
  C29: {
    passes: [{ env: [{ name: "NODE_TLS_REJECT_UNAUTHORIZED", secret: false, value: "1" }] }],
    fails: [
      { env: [{ name: "NODE_TLS_REJECT_UNAUTHORIZED", secret: false, value: "0" }] },
      { env: [{ name: "GIT_SSL_NO_VERIFY", secret: false, value: "true" }] },
    ],
  },
  C30: {
    passes: [{ hostMounts: [{ path: "/srv", readOnly: true, propagation: "rprivate" }] }],
    fails: [
      { grants: ["the device /dev/kvm"] },
      { grants: ["the volumes of nasiko-local-mongodb"] },
      { hostMounts: [{ path: "/srv", readOnly: true, propagation: "rshared" }] },
    ],
  },
  C31: {
    passes: [],
    fails: [{ labels: {} }, { labels: { ...GOOD.labels, "nasiko.stack": "" } }],
  },
  C32: {
    passes: [
      { kind: "agent", waiting: { attach: false, mustRun: true } },
      { kind: "job", waiting: { attach: true, mustRun: false } },
    ],
    fails: [
      { waiting: { attach: false, mustRun: true } },
      { kind: "job", waiting: { attach: false, mustRun: false } },
    ],
  },
};

export const STACK_EXAMPLES: Readonly<Record<string, Example<StackFacts>>> = {
  S01: {
    passes: [beside(published({}), { ...published({ external: 9101 }), name: "kong" })],
    fails: [beside(published({}), { ...published({}), name: "kong" })],
  },
  S02: {
    passes: [beside({ volumes: [{ name: "nasiko-local-redis-data", readOnly: true }] })],
    fails: [beside({ volumes: [{ name: "nasiko-local-redis-data", readOnly: false }] })],
  },
  S03: {
    passes: [
      beside({ name: "agent translator", kind: "agent", networks: ["nasiko-local-agents"] }),
      beside({ ...KONG, networks: ["nasiko-local-agents", "nasiko-local-data"] }),
      beside({
        name: "agents-mongo",
        role: "store",
        reachableBy: ["agents"],
        networks: ["nasiko-local-agents"],
      }),
    ],
    fails: [
      beside({ name: "agent translator", kind: "agent", networks: ["nasiko-local-app"] }),
      beside({
        name: "agents-mongo",
        role: "store",
        reachableBy: ["agents"],
        networks: ["nasiko-local-data"],
      }),
      beside({ name: "mongodb", role: "store", networks: ["nasiko-local-data", "nasiko-local-app"] }),
      beside({ name: "other", networks: ["nasiko-local-agents", "nasiko-local-data"] }),
      beside({ name: "other", networks: ["nasiko-local-agents"] }),
    ],
  },
  S04: {
    passes: [{ ...beside({ memoryMegabytes: 4096 }) }, { containers: [GOOD], networks: [], volumes: [] }],
    fails: [beside({ memoryMegabytes: 7900 })],
  },
  S05: {
    passes: [],
    fails: [{ ...GOOD_STACK, volumes: [{ name: "data", labels: LABELS, protect: false }] }],
  },
  S06: {
    passes: [],
    fails: [
      { ...GOOD_STACK, volumes: [{ name: "data", labels: {}, protect: true }] },
      { ...GOOD_STACK, networks: [{ name: "net", labels: {} }] },
    ],
  },
  S07: {
    passes: [beside({ ...PROXY, ...SOCKET }, { ...PROXY, ...SOCKET, name: "docker-proxy-build" })],
    fails: [beside({ name: "web", ...SOCKET }), beside({ ...PROXY, ...SOCKET }, { ...PROXY, ...SOCKET })],
  },
  S08: {
    passes: [{ ...GOOD_STACK, networks: [{ name: "net", labels: LABELS, driver: "bridge" }] }],
    fails: [
      { ...GOOD_STACK, networks: [{ name: "net", labels: LABELS, driver: "macvlan" }] },
      { ...GOOD_STACK, volumes: [{ name: "data", labels: LABELS, driver: "nfs" }] },
      {
        ...GOOD_STACK,
        volumes: [{ name: "data", labels: LABELS, driverOptions: { type: "none", o: "bind", device: "/" } }],
      },
    ],
  },
  S09: {
    passes: [
      { ...GOOD_STACK, stack: "local" },
      { ...GOOD_STACK, stack: "local", networks: [{ name: "net", labels: {} }] },
    ],
    fails: [
      { ...GOOD_STACK, stack: "blue" },
      { ...GOOD_STACK, stack: "local", volumes: [{ name: "data", labels: { "nasiko.stack": "blue" } }] },
    ],
  },
};
