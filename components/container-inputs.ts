import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

import type { ContainerPlan, PlannedHealth } from "../platform/blueprint/container-plan.ts";
import type { EnvValue, FileSpec } from "../platform/services/service-spec.ts";
import type { Wiring } from "./wiring.ts";

/** Docker's default log driver, bounded: 3 files of 10 MB per container. */
const LOG_ROTATION = { "max-file": "3", "max-size": "10m" };

/** Where the filtering proxies find the engine's socket. */
const SOCKET_PATH = "/var/run/docker.sock";

/** First API version whose health checks probe faster while a container starts (Engine 25). */
const START_INTERVAL_API = 44;

/**
 * A planned container in the words of `docker.Container`. From data to data: every rule of how we run containers
 * stands here. Fields that the engine would fill in by itself are given, so that no two machines differ.
 */
export function containerInputs(
  plan: ContainerPlan,
  wiring: Wiring,
  dockerApi: string,
): docker.ContainerArgs {
  return {
    name: plan.name,
    image: wiring.image(plan.image),
    ...(plan.entrypoint === undefined ? {} : { entrypoints: [...plan.entrypoint] }),
    ...(plan.command === undefined ? {} : { command: [...plan.command] }),
    envs: Object.entries(plan.env)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => pulumi.interpolate`${name}=${resolve(value, wiring)}`),
    labels: Object.entries(plan.labels).map(([label, value]) => ({ label, value })),
    networksAdvanced: plan.networks.map(({ role, aliases }) => ({
      name: wiring.network(role),
      aliases: [...aliases],
    })),
    ...portInputs(plan),
    ...mountInputs(plan, wiring),
    ...(plan.files.length === 0 ? {} : { uploads: plan.files.map((file) => uploadInput(file, wiring)) }),
    ...(plan.health === undefined ? {} : { healthcheck: healthInput(plan.health, dockerApi) }),
    ...securityInputs(plan),
    ...lifecycleInputs(plan),
    logDriver: "json-file",
    logOpts: LOG_ROTATION,
    memory: plan.memoryMegabytes,
    // The same as memory: no swap, so that a limit means what it says.
    memorySwap: plan.memoryMegabytes,
  };
}

function securityInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  return {
    ...(plan.user === undefined ? {} : { user: plan.user }),
    capabilities: {
      drops: ["ALL"],
      ...(plan.capabilities.length === 0 ? {} : { adds: [...plan.capabilities] }),
    },
    securityOpts: ["no-new-privileges:true"],
    readOnly: plan.readOnly,
    ...(Object.keys(plan.tmpfs).length === 0 ? {} : { tmpfs: plan.tmpfs }),
  };
}

function lifecycleInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  const common = {
    init: true,
    restart: plan.restart,
    stopSignal: plan.stopSignal,
    stopTimeout: plan.stopGraceSeconds,
    // What the provider waits before it kills; stopTimeout is only the engine's own.
    destroyGraceSeconds: plan.stopGraceSeconds,
  };
  switch (plan.ready.when) {
    case "healthy":
      return { ...common, wait: true, waitTimeout: plan.ready.withinSeconds };
    case "completed":
      // Without `mustRun: false` every later `up` would start the finished job again.
      return { ...common, attach: true, mustRun: false };
    case "started":
      return common;
  }
}

/** One binding per internal port, sorted: the provider reads them back in that order. */
function portInputs(plan: ContainerPlan): Partial<docker.ContainerArgs> {
  if (plan.ports.length === 0) return {};
  const ports = plan.ports.toSorted((a, b) => a.internal - b.internal);
  return {
    ports: ports.map(({ internal, host }) => ({
      internal,
      external: host,
      ip: "127.0.0.1",
      protocol: "tcp",
    })),
  };
}

function mountInputs(plan: ContainerPlan, wiring: Wiring): Partial<docker.ContainerArgs> {
  const volumes = [
    ...plan.volumes.map(({ volume, path, readOnly }) => ({
      volumeName: wiring.volume(volume),
      containerPath: path,
      ...(readOnly === undefined ? {} : { readOnly }),
    })),
    ...(plan.dockerSocket === undefined
      ? []
      : [{ hostPath: plan.dockerSocket, containerPath: SOCKET_PATH, readOnly: true }]),
  ];
  return volumes.length === 0 ? {} : { volumes };
}

function uploadInput(file: FileSpec, wiring: Wiring): docker.types.input.ContainerUpload {
  return {
    file: file.path,
    content: resolve(file.content, wiring),
    permissions: file.mode ?? "0444",
    ...(file.owner === undefined ? {} : { owner: String(file.owner), group: String(file.owner) }),
  };
}

function healthInput(health: PlannedHealth, dockerApi: string): docker.types.input.ContainerHealthcheck {
  const probesWhileStarting = Number(dockerApi.split(".")[1]) >= START_INTERVAL_API;
  const seconds = health.intervalSeconds ?? (probesWhileStarting ? 30 : 10);
  return {
    tests: [...health.test],
    interval: goDuration(seconds),
    ...(probesWhileStarting ? { startInterval: "1s" } : {}),
    timeout: `${health.timeoutSeconds}s`,
    retries: health.retries,
    startPeriod: `${health.startPeriodSeconds}s`,
  };
}

/** As Docker writes it back, so that no provider sees a difference. @example goDuration(90) // "1m30s" */
function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}

/** With the padding that decoders of other languages insist on. */
const encodeBase64url = (text: string): string =>
  Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");

function resolve(value: EnvValue, wiring: Wiring): pulumi.Input<string> {
  if (typeof value === "string") return value;
  if ("secret" in value)
    return value.chosen === undefined ? wiring.secret(value.secret) : pulumi.secret(value.chosen);
  if ("base64url" in value) return pulumi.output(resolve(value.base64url, wiring)).apply(encodeBase64url);
  if ("sensitive" in value) return pulumi.secret(value.sensitive);
  return pulumi.concat(...value.parts.map((part) => resolve(part, wiring)));
}
