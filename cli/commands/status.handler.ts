import type { Handler } from "../command.ts";
import { table } from "../output/table.ts";
import { type MemberStatus, statusOf } from "../report/status.ts";
import { describeStray } from "../report/strays.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { findStrays } from "../run/find-strays.ts";
import { observeStack } from "../run/observe-stack.ts";
import { recordedMembers } from "../run/recorded-services.ts";

/** Exit code when something is not as it shall be. */
const NOT_HEALTHY = 21;

export const handler: Handler = async (context) => {
  const blueprint = await blueprintOf(context);
  const { docker } = context;
  const [observed, recorded, strays] = await Promise.all([
    observeStack(docker, blueprint),
    recordedMembers(context),
    findStrays(context, docker),
  ]);
  const members = statusOf(blueprint, observed).filter(({ name }) => recorded?.has(name) ?? true);
  const healthy = members.every(({ ok }) => ok);
  return {
    exitCode: healthy ? 0 : NOT_HEALTHY,
    text: [asText(members), ...strays.map((stray) => describeStray(stray, context.stack))].join("\n"),
    json: {
      ok: healthy,
      stack: context.stack,
      services: members.filter(({ kind }) => kind !== "agent"),
      agents: members.filter(({ kind }) => kind === "agent"),
      strays,
      urls: Object.fromEntries(blueprint.urls.map(({ label, url }) => [label, url])),
    },
  };
};

/** Problems on top: they are what somebody looks for. */
function asText(members: readonly MemberStatus[]): string {
  const rows = members.toSorted((a, b) => Number(a.ok) - Number(b.ok)).map(row);
  return table([["", "NAME", "STATE", "PORTS", "IMAGE", "NOTE"], ...rows]);
}

function row({
  ok,
  kind,
  name,
  state,
  ports,
  image,
  standIn,
  problem,
  restarts,
}: MemberStatus): readonly string[] {
  const notes = [
    ...(problem === undefined ? [] : [problem]),
    ...(standIn ? ["stand-in"] : []),
    ...(restarts === 0 ? [] : [`${restarts} restarts`]),
  ];
  const shown = kind === "agent" ? `agent ${name}` : name;
  return [
    ok ? "✓" : "✗",
    shown,
    ok && kind === "agent" ? "serving" : state,
    ports.join(", "),
    image,
    notes.join("; "),
  ];
}
