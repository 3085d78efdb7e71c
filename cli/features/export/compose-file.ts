import type { Blueprint, PlannedService } from "../../../platform/blueprint/blueprint.ts";
import type {
  ContainerOptions,
  ContainerPlan,
  PlannedHealth,
} from "../../../platform/blueprint/container-plan.ts";
import {
  cpuShares,
  LOG_ROTATION,
  NO_CAPABILITIES,
  probeTiming,
  SECURITY_OPTIONS,
  SOCKET_PATH,
} from "../../../platform/blueprint/container-policy.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";
import { deriveSecret } from "../../../platform/blueprint/derive-secret.ts";
import { htpasswdLine } from "../../../platform/blueprint/htpasswd-line.ts";
import { type EnvValue, foldEnvValue, type SecretRef } from "../../../platform/services/env-value.ts";
import type { Condition } from "../../../platform/services/service-spec.ts";
import { selfSigned } from "../../../platform/tls/self-signed.ts";

/** A document of the Compose specification, as far as we write one. */
export interface ComposeFile {
  readonly name: string;
  readonly services: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, object>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly configs?: Readonly<Record<string, object>>;
}

export interface ComposeRequest {
  readonly blueprint: Blueprint;
  /** Value of a secret: the stack's own, or a fresh one. */
  readonly secret: (ref: SecretRef) => string;
  /** Mounts the stack's own volumes instead of new ones. */
  readonly keepData: boolean;
}

/**
 * The blueprint in the words of Compose: the same images, commands, environment, ports, health checks, limits,
 * networks and order. What Compose lacks is a gate on an agent's route: an agent counts as up when it runs.
 */
export function composeFile({ blueprint, secret, keepData }: ComposeRequest): ComposeFile {
  const { settings, layers, agents, networks, volumes } = blueprint;
  const services = layers.flatMap((layer) => layer.services);
  const write = textWriter(secret);
  const waiting = jobsToWaitFor(services);
  const members: readonly Member[] = [
    ...services.map(({ name, container, dependsOn }) => ({
      plan: container,
      needs: { ...dependsOn, ...waiting.get(name) },
    })),
    ...agents.map(({ container }) => ({
      plan: container,
      needs: { [REGISTRY_SERVICE]: "healthy" } as const,
    })),
  ];
  const configs = Object.fromEntries(members.flatMap(({ plan }) => configEntries(plan, write)));
  const used = new Set(members.flatMap(({ plan }) => plan.volumes.map(({ volume }) => volume)));
  return {
    name: `nasiko-${settings.stack}`,
    services: Object.fromEntries(
      members.map((member) => [member.plan.resourceName, serviceEntry(member, write, settings.dockerApi)]),
    ),
    // By their labels the service registry finds out where agents call from.
    networks: Object.fromEntries(
      networks.map(({ role, name, labels }) => [role, { name, driver: "bridge", labels }]),
    ),
    volumes: Object.fromEntries(
      volumes
        .filter(({ volume }) => used.has(volume))
        .map(({ volume, name }) => [volume, keepData ? { name, external: true } : {}]),
    ),
    ...(Object.keys(configs).length === 0 ? {} : { configs }),
  };
}

/**
 * A job that nobody depends on makes `docker compose up --wait` fail when it ends, however well (docker/compose
 * #10596). So the last service that it does not need itself waits for its end, as our `up` does.
 */
function jobsToWaitFor(
  services: readonly PlannedService[],
): ReadonlyMap<string, Readonly<Record<string, Condition>>> {
  const needed = new Set(services.flatMap(({ dependsOn }) => Object.keys(dependsOn)));
  const waiting = new Map<string, Readonly<Record<string, Condition>>>();
  for (const { name } of services.filter(({ kind, name }) => kind === "job" && !needed.has(name))) {
    const before = needsOf(name, services);
    const waiter = services.findLast((other) => other.kind === "service" && !before.has(other.name));
    if (waiter !== undefined) waiting.set(waiter.name, { ...waiting.get(waiter.name), [name]: "completed" });
  }
  return waiting;
}

/** What has to be there before a service, directly or not. */
function needsOf(name: string, services: readonly PlannedService[]): ReadonlySet<string> {
  const direct = Object.keys(services.find((service) => service.name === name)?.dependsOn ?? {});
  return new Set([...direct, ...direct.flatMap((other) => [...needsOf(other, services)])]);
}

interface Member {
  readonly plan: ContainerPlan;
  readonly needs: Readonly<Record<string, Condition>>;
}

const CONDITIONS: Readonly<Record<Condition, string>> = {
  healthy: "service_healthy",
  completed: "service_completed_successfully",
};

/** What an agent's own compose file asked for, in the same words. */
function optionEntries(options: ContainerOptions): object {
  const { shmMegabytes, hosts, ulimits, tty, stdinOpen } = options;
  const { cpus, groups, workingDir, hostname, domainname, dns, dnsSearches, dnsOptions } = options;
  return Object.fromEntries(
    Object.entries({
      cpus,
      group_add: groups,
      working_dir: workingDir,
      hostname,
      domainname,
      dns,
      dns_search: dnsSearches,
      dns_opt: dnsOptions,
      shm_size: shmMegabytes === undefined ? undefined : `${shmMegabytes}m`,
      extra_hosts: hosts?.map(({ host, ip }) => `${host}=${ip}`),
      ulimits: ulimits && Object.fromEntries(ulimits.map(({ name, ...both }) => [name, both])),
      tty,
      stdin_open: stdinOpen,
    }).filter(([, value]) => value !== undefined),
  );
}

function serviceEntry({ plan, needs }: Member, write: TextWriter, dockerApi: string): object {
  return {
    image: plan.image,
    container_name: plan.name,
    ...(plan.entrypoint === undefined ? {} : { entrypoint: plan.entrypoint.map(literal) }),
    ...(plan.command === undefined ? {} : { command: plan.command.map(literal) }),
    environment: Object.fromEntries(
      Object.entries(plan.env).map(([name, value]) => [name, write(value, name)]),
    ),
    labels: plan.labels,
    networks: Object.fromEntries(plan.networks.map(({ role, aliases }) => [role, { aliases }])),
    ...listOrNothing(
      "ports",
      plan.ports.map(({ internal, host }) => `127.0.0.1:${host}:${internal}`),
    ),
    ...listOrNothing("volumes", mounts(plan)),
    ...listOrNothing("configs", fileMounts(plan)),
    ...(Object.keys(needs).length === 0 ? {} : { depends_on: conditions(needs) }),
    ...(plan.health === undefined ? {} : { healthcheck: healthEntry(plan.health, dockerApi) }),
    ...(plan.user === undefined ? {} : { user: plan.user }),
    cap_drop: NO_CAPABILITIES,
    ...listOrNothing("cap_add", plan.capabilities),
    security_opt: SECURITY_OPTIONS,
    read_only: plan.readOnly,
    ...(plan.options === undefined ? {} : optionEntries(plan.options)),
    ...listOrNothing(
      "tmpfs",
      Object.entries(plan.tmpfs).map(([path, options]) => `${path}:${options}`),
    ),
    init: true,
    restart: plan.restart,
    stop_signal: plan.stopSignal,
    stop_grace_period: `${plan.stopGraceSeconds}s`,
    logging: LOG_ROTATION,
    cpu_shares: cpuShares(plan),
    mem_limit: `${plan.memoryMegabytes}m`,
    memswap_limit: `${plan.memoryMegabytes}m`,
  };
}

const conditions = (needs: Readonly<Record<string, Condition>>): object =>
  Object.fromEntries(
    Object.entries(needs).map(([name, condition]) => [name, { condition: CONDITIONS[condition] }]),
  );

function healthEntry(health: PlannedHealth, dockerApi: string): object {
  const { intervalSeconds, startIntervalSeconds } = probeTiming(health, dockerApi);
  return {
    test: health.test.map(literal),
    interval: `${intervalSeconds}s`,
    ...(startIntervalSeconds === undefined ? {} : { start_interval: `${startIntervalSeconds}s` }),
    timeout: `${health.timeoutSeconds}s`,
    retries: health.retries,
    start_period: `${health.startPeriodSeconds}s`,
  };
}

const mounts = (plan: ContainerPlan): readonly string[] => [
  ...plan.volumes.map(({ volume, path, readOnly }) => `${volume}:${path}${readOnly === true ? ":ro" : ""}`),
  ...(plan.dockerSocket === undefined ? [] : [`${plan.dockerSocket}:${SOCKET_PATH}:ro`]),
];

const configName = (plan: ContainerPlan, index: number): string => `${plan.resourceName}-${index}`;

const configEntries = (plan: ContainerPlan, write: TextWriter): readonly (readonly [string, object])[] =>
  plan.files.map(({ content, path }, index) => [configName(plan, index), { content: write(content, path) }]);

/**
 * Compose hands an owner to the engine as the container's whole user, which engines before 23 look up by name on
 * their own host and do not find. So the file stays root's, and whoever runs in the container may read it.
 */
const fileMounts = (plan: ContainerPlan): readonly object[] =>
  plan.files.map(({ path, mode = "0444", owner }, index) => ({
    source: configName(plan, index),
    target: path,
    mode: owner === undefined ? mode : "0444",
  }));

const listOrNothing = (key: string, list: readonly unknown[]): Readonly<Record<string, unknown>> =>
  list.length === 0 ? {} : { [key]: list };

/** A text that Compose must not look for variables in. */
const literal = (value: string): string => value.replaceAll("$", "$$$$");

type TextWriter = (value: EnvValue, name: string) => string;

/**
 * Secrets become variables with a default, so that the file works as it is and an `.env` beside it can override
 * them; keys of the user's own are variables only.
 */
const textWriter =
  (secret: ComposeRequest["secret"]): TextWriter =>
  (value, name) =>
    foldEnvValue<string>(value, {
      text: literal,
      secret: (ref) => withDefault(variableOf(ref.secret), secret(ref)),
      sensitive: () => `\${${name}:-}`,
      derived: (_, { from, message }) =>
        withDefault(`${variableOf(from.secret)}_${variableOf(message)}`, deriveSecret(secret(from), message)),
      certificate: (_, { from, names, part }) => literal(selfSigned(secret(from), names, new Date())[part]),
      htpasswd: (_, { from, user }) => literal(htpasswdLine(user, secret(from))),
      template: (parts) => parts.join(""),
    });

const withDefault = (variable: string, value: string): string => `\${${variable}:-${literal(value)}}`;

/** @example variableOf("redis-password") // "REDIS_PASSWORD" */
const variableOf = (purpose: string): string => purpose.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
