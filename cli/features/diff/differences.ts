import type { PlannedAgent } from "../../../platform/blueprint/agents.ts";
import type { Blueprint, PlannedService } from "../../../platform/blueprint/blueprint.ts";
import type { ContainerPlan } from "../../../platform/blueprint/container-plan.ts";
import { type EnvValue, foldEnvValue } from "../../../platform/services/env-value.ts";

/** One thing that two blueprints do not have in common. */
export interface Difference {
  /** Service, job, agent, or "stack". */
  readonly subject: string;
  /** e.g. "env LOG_LEVEL", "memory", "is there" */
  readonly what: string;
  readonly left: string;
  readonly right: string;
}

const ABSENT = "-";

/** Everything in which two blueprints of one name differ; equal ones have nothing to say. */
export function differencesOf(left: Blueprint, right: Blueprint): readonly Difference[] {
  const [lefts, rights] = [membersOf(left), membersOf(right)];
  const names = [...new Set([...lefts.keys(), ...rights.keys()])];
  return [
    ...compare("stack", stackProperties(left), stackProperties(right)),
    ...names.flatMap((name) => compareMembers(name, lefts.get(name), rights.get(name))),
  ];
}

type Member = PlannedService | PlannedAgent;
type Properties = Readonly<Record<string, string>>;

const membersOf = ({ layers, agents }: Blueprint): ReadonlyMap<string, Member> =>
  new Map([...layers.flatMap(({ services }) => services), ...agents].map((member) => [member.name, member]));

function compareMembers(
  name: string,
  left: Member | undefined,
  right: Member | undefined,
): readonly Difference[] {
  if (left !== undefined && right !== undefined)
    return compare(name, containerProperties(left.container), containerProperties(right.container));
  const shown = (member: Member | undefined): string => member?.kind ?? ABSENT;
  return [{ subject: name, what: "is there", left: shown(left), right: shown(right) }];
}

function compare(subject: string, left: Properties, right: Properties): readonly Difference[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((what) => {
    const [before = ABSENT, after = ABSENT] = [left[what], right[what]];
    return before === after ? [] : [{ subject, what, left: before, right: after }];
  });
}

function stackProperties({ settings, memoryMegabytes, volumes, networks }: Blueprint): Properties {
  return {
    "data protected": settings.protectData ? "yes" : "no",
    "memory limits": `${memoryMegabytes} MB`,
    volumes: String(volumes.length),
    networks: networks.map(({ name }) => name).join(" "),
  };
}

function containerProperties(plan: ContainerPlan): Properties {
  const { image, command = [], entrypoint = [], user = "", memoryMegabytes, readOnly, restart } = plan;
  return {
    image,
    command: [...entrypoint, ...command].join(" "),
    memory: `${memoryMegabytes} MB`,
    user,
    "read-only": readOnly ? "yes" : "no",
    restart,
    networks: plan.networks.map(({ role }) => role).join(" "),
    ...named(
      "port",
      plan.ports.map(({ internal, host }) => [String(internal), `127.0.0.1:${host}`]),
    ),
    ...named(
      "volume",
      plan.volumes.map(({ path, volume }) => [path, volume]),
    ),
    ...named(
      "file",
      plan.files.map(({ path, content }) => [path, textOf(content)]),
    ),
    ...named(
      "env",
      Object.entries(plan.env).map(([name, value]) => [name, textOf(value)]),
    ),
  };
}

const named = (kind: string, entries: readonly (readonly [string, string])[]): Properties =>
  Object.fromEntries(entries.map(([name, value]) => [`${kind} ${name}`, value]));

/** Never a secret's value: what is secret on both sides is told apart by purpose alone. */
const textOf = (value: EnvValue): string =>
  foldEnvValue<string>(value, {
    text: (text) => text,
    secret: ({ secret }) => `(secret ${secret})`,
    sensitive: () => "(secret)",
    derived: (_, { from, message }) => `(secret of ${from.secret} for ${message})`,
    certificate: (_, { part, names }) => `(${part} for ${names.join(", ")})`,
    htpasswd: (from, { user }) => `(htpasswd of ${user} with ${from})`,
    template: (parts) => parts.join(""),
  });
