import { createServer } from "node:net";

import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import type { PublishedPort } from "../../platform/blueprint/container-plan.ts";
import { type NasikoError } from "../../platform/errors/define-error.ts";
import { type PortOwner, portInUse } from "./errors.ts";
import { findPortProcess } from "./port-owner.ts";

/** A port that some container on the engine publishes. */
export interface ContainerPort {
  readonly port: number;
  readonly container: string;
  /** Value of the container's `nasiko.stack` label, when it has one. */
  readonly stack: string | undefined;
}

/** Address that host ports are published on. */
const LOOPBACK = "127.0.0.1";

/**
 * Checks every host port of the blueprint. One that the stack itself has already is fine.
 * @returns all conflicts at once, each with its owner and a free port
 */
export async function portProblems(
  blueprint: Blueprint,
  onEngine: readonly ContainerPort[],
): Promise<readonly NasikoError[]> {
  const wanted = wantedPorts(blueprint);
  const ours = new Set(
    onEngine.filter(({ stack }) => stack === blueprint.settings.stack).map(({ port }) => port),
  );
  const reserved = new Set(wanted.map(({ host }) => host));
  const problems: NasikoError[] = [];
  for (const { service, setting, host } of wanted) {
    if (ours.has(host) || (await isFree(host))) continue;
    const freePort = await findFreePort(host, reserved);
    problems.push(portInUse({ port: host, service, setting, owner: ownerOf(host, onEngine), freePort }));
  }
  return problems;
}

function wantedPorts({ layers }: Blueprint): readonly (PublishedPort & { readonly service: string })[] {
  return layers
    .flatMap((layer) => layer.services)
    .flatMap(({ name, container }) => container.ports.map((port) => ({ ...port, service: name })));
}

function ownerOf(port: number, onEngine: readonly ContainerPort[]): PortOwner {
  const owner = onEngine.find((candidate) => candidate.port === port);
  if (owner !== undefined) return { kind: "container", name: owner.container };
  const listener = findPortProcess(port);
  return listener === undefined ? { kind: "unknown" } : { kind: "process", ...listener };
}

/** The next port upwards that is free and that nobody in the blueprint wants. */
async function findFreePort(from: number, reserved: ReadonlySet<number>): Promise<number> {
  for (let port = from + 1; port <= 65535; port++)
    if (!reserved.has(port) && (await isFree(port))) return port;
  return findFreePort(1023, reserved);
}

/** Whether we could listen there: the only question whose answer counts. */
async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server
      .once("error", () => resolve(false))
      .listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
