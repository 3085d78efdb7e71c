/** What mode `enterprise` adds to the stack. */
export const AUTH_MEMBERS: readonly string[] = [
  "nasiko-auth-service",
  "nasiko-auth-redis",
  "nasiko-superuser-init",
];

/** Names that agents must not be able to find: data stores, proxies of the engine, Kong's Admin API. */
export const HIDDEN_FROM_AGENTS: readonly string[] = [
  "mongodb",
  "redis",
  "kong-database",
  "langtrace-postgres",
  "langtrace-clickhouse",
  "agents-mongo",
  "docker-proxy-read",
  "docker-proxy-build",
  "kong-admin",
  "nasiko-backend",
  "nasiko-auth-service",
  "nasiko-auth-redis",
];

/** The only ones that may talk to the Docker engine. */
export const isDockerProxy = (name: string): boolean => /^docker-proxy-(?:read|build)$/.test(name);

/** Lines of level error, as our services write them. */
export const errorsIn = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.includes('"level":"error"'));
