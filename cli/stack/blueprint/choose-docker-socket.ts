import { hostname, release } from "node:os";

import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { engineFacts } from "../../engine-host/engine-facts.ts";
import { DEFAULT_SOCKET, findEngine } from "../../engine-host/find-engine.ts";
import { stackConfigOf } from "../config/stack-config.ts";
import type { CommandContext } from "../context.ts";
import { readStackRecord, recordedConfig, updateStackRecord } from "../home/stack-record.ts";
import type { Choice } from "./choose-public-images.ts";

/** This machine, as an engine would describe it. */
export interface Here {
  readonly kernel: string;
  readonly name: string;
}

/**
 * Which socket the filtering proxies mount: that of the engine that is used. On this very machine it is the one that we
 * talk with, e.g. a rootless engine's; inside a virtual machine, as with Docker Desktop or Colima, and on another
 * machine, it is where every engine has it. What somebody asked for goes before all that.
 * @returns stack config on top of the file's, with full keys
 */
export async function chooseDockerSocket(
  context: CommandContext,
  docker: DockerClient,
  { record }: Choice,
  here: Here = { kernel: release(), name: hostname() },
): Promise<Readonly<Record<string, string>>> {
  const { home, stack } = context;
  const recorded = readStackRecord(home, stack).dockerSocket;
  if (await isChosen(context)) return {};
  const dockerSocket = await socketOf(context, docker, here);
  if (dockerSocket === (recorded ?? DEFAULT_SOCKET)) return {};
  if (record) updateStackRecord(home, stack, { dockerSocket });
  return recordedConfig({ dockerSocket });
}

/** Whether somebody asked for a socket; what an earlier run decided is no wish. */
async function isChosen(context: CommandContext): Promise<boolean> {
  const { source } = (await context.settings()).origins.dockerSocket;
  const isRecorded = readStackRecord(context.home, context.stack).dockerSocket !== undefined;
  if (source !== "the stack's config" || !isRecorded) return source !== "default";
  return stackConfigOf(context, context.stack).values["nasiko:dockerSocket"] !== undefined;
}

async function socketOf(context: CommandContext, docker: DockerClient, here: Here): Promise<string> {
  const { host } = findEngine(context.environment);
  const socket = host.replace(/^unix:\/\//, "");
  if (!host.startsWith("unix://") || socket === DEFAULT_SOCKET) return DEFAULT_SOCKET;
  const { kernel, name } = await engineFacts(docker);
  return kernel === here.kernel && name === here.name ? socket : DEFAULT_SOCKET;
}
