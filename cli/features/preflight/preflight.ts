import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { CommandContext } from "../../stack/context.ts";
import { publishedPorts } from "./published-ports.ts";
import { readStackRecord } from "../../stack/home/stack-record.ts";
import { stackConfigOf } from "../../stack/config/stack-config.ts";
import {
  AMPLE_DISK,
  diskFinding,
  engineFindings,
  inodeFindings,
  inotifyFindings,
  memoryFinding,
} from "./engine-fit.ts";
import { type EngineFacts, engineFacts, freeInodes, inotifyLimits } from "../../engine-host/engine-facts.ts";
import { freeMegabytes } from "../../engine-host/free-space.ts";
import { type PortConflict, portInUse } from "./errors.ts";
import { type EngineEndpoint, findEngine, isOnThisMachine } from "../../engine-host/find-engine.ts";
import { type Finding, note, ok, refusal } from "../../lib/finding.ts";
import { settingOf } from "./move-ports.ts";
import { portConflicts, wantedPorts } from "./ports.ts";

/** Everything that is known about a run before it changes anything. */
export interface Preflight {
  readonly findings: readonly Finding[];
  /** The ports among them, for those who can settle them. */
  readonly conflicts: readonly PortConflict[];
  /** Memory of the engine's machine. */
  readonly engineMegabytes: number;
  /** Where the engine keeps images, when that can be seen from here. */
  readonly room: Room | undefined;
}

/** A folder, and the megabytes below which something has to be told about it. */
export interface Room {
  readonly folder: string;
  readonly megabytes: number;
}

/** Name of the finding about the room for images. */
export const DISK_OF_ENGINE = "disk of the engine";

/**
 * Looks at the engine and the ports of this machine; changes nothing.
 * @param blueprint undefined where there is none to hold against the engine
 * @throws NSK-ENGINE-UNREACHABLE
 */
export async function preflight(
  context: CommandContext,
  blueprint: Blueprint | undefined,
): Promise<Preflight> {
  const endpoint = findEngine(context.environment);
  const local = isOnThisMachine(endpoint);
  const [facts, onEngine] = await Promise.all([engineFacts(context.docker), publishedPorts(context.docker)]);
  const conflicts = blueprint === undefined ? [] : await portConflicts({ blueprint, onEngine, local });
  return {
    conflicts,
    engineMegabytes: facts.memoryMegabytes,
    room:
      local && freeMegabytes(facts.folder) !== undefined
        ? { folder: facts.folder, megabytes: AMPLE_DISK }
        : undefined,
    findings: [
      ...engineFindings(facts, endpoint, blueprint?.settings),
      ...(blueprint === undefined ? [] : [memoryFinding(blueprint, facts)]),
      ...diskFindings(context, facts, local),
      ...(local || blueprint === undefined ? [] : [forwardFinding(blueprint, endpoint)]),
      ...portFindings(blueprint, conflicts),
    ],
  };
}

function diskFindings({ home }: CommandContext, { folder }: EngineFacts, local: boolean): readonly Finding[] {
  const free = local ? freeMegabytes(folder) : undefined;
  const ours = freeMegabytes(home.folder);
  return [
    diskFinding(DISK_OF_ENGINE, folder, free),
    ...inodeFindings("the engine", folder, local ? freeInodes(folder) : undefined),
    ...inotifyFindings(local ? inotifyLimits() : undefined),
    ...(ours === undefined
      ? []
      : [ok("resources", "disk of the state", `${ours} MB free in ${home.folder}`)]),
  ];
}

/** Ports are published on the loopback interface of the engine's machine: `up` and people reach them from there only. */
export function forwardFinding(blueprint: Blueprint, { host }: EngineEndpoint): Finding {
  const forwards = wantedPorts(blueprint).map((port) => `-L ${port.host}:127.0.0.1:${port.host}`);
  const machine = new URL(host.replace(/^(?:tcp|https?):/, "ssh:"));
  const login = machine.username === "" ? machine.hostname : `${machine.username}@${machine.hostname}`;
  return note(
    "ports",
    "another machine",
    `the engine's ports are not this machine's; before \`local up\`: ssh -N ${forwards.join(" ")} ${login} &`,
  );
}

function portFindings(
  blueprint: Blueprint | undefined,
  conflicts: readonly PortConflict[],
): readonly Finding[] {
  if (blueprint === undefined) return [];
  const taken = new Set(conflicts.map(({ port }) => port));
  const free = wantedPorts(blueprint).filter(({ host }) => !taken.has(host));
  return [
    ...(free.length === 0
      ? []
      : [ok("ports", "free", free.map(({ host, service }) => `${host} ${service}`).join(", "))]),
    ...conflicts.map((conflict) => refusal("ports", String(conflict.port), portInUse(conflict))),
  ];
}

/**
 * Which variables name a port that somebody chose; a default, and what an earlier `--auto-ports` chose, are none.
 * @throws NSK-STACK-CONFIG-INVALID, NSK-STACK-RECORD-INVALID
 */
export async function chosenPorts(context: CommandContext): Promise<(variable: string) => boolean> {
  const { origins } = await context.settings();
  const { ports = {} } = readStackRecord(context.home, context.stack);
  const { values } = stackConfigOf(context, context.stack);
  return (variable) => {
    const name = settingOf(variable);
    const { source, text } = origins[name];
    // What is not set is a preferred port of the table, moved by the offset at most.
    if (text === undefined || source === "default") return false;
    const recorded = source === "the stack's config" && values[`nasiko:${name}`] === undefined;
    return !(recorded && ports[name] !== undefined);
  };
}
