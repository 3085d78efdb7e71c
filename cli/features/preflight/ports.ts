import { createServer } from "node:net";

import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { PublishedPort } from "../../../platform/blueprint/container-plan.ts";
import type { PortConflict, PortOwner } from "./errors.ts";
import { findPortProcess } from "./port-owner.ts";

/** A port that some container on the engine publishes. */
export interface ContainerPort {
  readonly port: number;
  readonly container: string;
  /** Value of the container's `nasiko.stack` label, when it has one. */
  readonly stack: string | undefined;
}

export interface PortsRequest {
  readonly blueprint: Blueprint;
  /** What containers have, whoever they belong to. */
  readonly onEngine: readonly ContainerPort[];
  /** The engine publishes on this machine, so that its processes count. @default true */
  readonly local?: boolean;
}

/** Address that host ports are published on. */
const LOOPBACK = "127.0.0.1";

/**
 * Checks every host port of the blueprint. One that the stack itself has already is fine.
 * @returns all conflicts at once, each with its owner and a free port of its own
 */
export async function portConflicts({
  blueprint,
  onEngine,
  local = true,
}: PortsRequest): Promise<readonly PortConflict[]> {
  const wanted = wantedPorts(blueprint);
  const ours = new Set(
    onEngine.filter(({ stack }) => stack === blueprint.settings.stack).map(({ port }) => port),
  );
  const theirs = new Set(onEngine.map(({ port }) => port));
  const free = async (port: number): Promise<boolean> =>
    !theirs.has(port) && (!local || (await canListen(port)));
  const reserved = new Set(wanted.map(({ host }) => host));
  const conflicts: PortConflict[] = [];
  for (const { service, setting, host } of wanted) {
    if (ours.has(host) || (await free(host))) continue;
    const freePort = await findFreePort(host, reserved, free);
    reserved.add(freePort);
    conflicts.push({ port: host, service, setting, owner: await ownerOf(host, onEngine), freePort });
  }
  return conflicts;
}

/** Host ports that the blueprint publishes, with the service that each belongs to. */
export function wantedPorts({
  layers,
}: Blueprint): readonly (PublishedPort & { readonly service: string })[] {
  return layers
    .flatMap((layer) => layer.services)
    .flatMap(({ name, container }) => container.ports.map((port) => ({ ...port, service: name })));
}

async function ownerOf(port: number, onEngine: readonly ContainerPort[]): Promise<PortOwner> {
  const owner = onEngine.find((candidate) => candidate.port === port);
  if (owner !== undefined) return { kind: "container", name: owner.container, stack: owner.stack };
  const listener = await findPortProcess(port);
  return listener === undefined ? { kind: "unknown" } : { kind: "process", ...listener };
}

/** The next port upwards that is free and that nobody in the blueprint wants. */
async function findFreePort(
  from: number,
  reserved: ReadonlySet<number>,
  free: (port: number) => Promise<boolean>,
): Promise<number> {
  for (let port = from + 1; port <= 65535; port++) if (!reserved.has(port) && (await free(port))) return port;
  return findFreePort(1023, reserved, free);
}

/** Whether we could listen there: the only question whose answer counts. */
async function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server
      .once("error", () => resolve(false))
      .listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
