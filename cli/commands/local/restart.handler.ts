import PQueue from "p-queue";

import { SILENCE } from "../../../engine/providers/docker/client.ts";
import { systemClock } from "../../../engine/providers/docker/clock.ts";
import { waitUntilReady } from "../../../engine/providers/docker/readiness.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import type { ContainerPlan } from "../../../platform/blueprint/container-plan.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./restart.ts";
import type { CommandContext } from "../../stack/context.ts";
import { seconds } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import { blockedBy } from "../../stack/diagnosis/blocked.ts";
import { describeFailure } from "../../stack/diagnosis/failure.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { observeStack } from "../../stack/observe/observe-stack.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { chosenContainers, type StackContainer } from "../../stack/observe/stack-containers.ts";

/** A started container, and how long it took until it was ready. */
interface Restarted {
  readonly service: string;
  readonly milliseconds: number;
}

/** One after the other in start order, each until it is healthy, so that nothing starts before what it needs. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const blueprint = await blueprintOf(context);
  const asked = args.services;
  const running = await chosenContainers(context.docker, context.stack, asked);
  const names = asked.length === 0 ? running.map(({ member }) => member) : asked;
  const wanted = new Set(
    options.dependents
      ? names.flatMap((name) => [
          name,
          ...blockedBy(blueprint, name).map((each) => each.replace(/^agent /, "")),
        ])
      : names,
  );
  const all = options.dependents ? await chosenContainers(context.docker, context.stack, []) : running;
  const containers = inStartOrder(
    blueprint,
    all.filter(({ member }) => wanted.has(member)),
  );
  const done: Restarted[] = [];
  for (const { container, plan } of containers) {
    if (context.cancel.aborted) break;
    context.output.note(`restarting ${container.member} …`);
    const startedAt = performance.now();
    const failure = await restart(context, container, plan);
    if (failure !== undefined) return failed(context, blueprint, container, failure);
    done.push({ service: container.member, milliseconds: Math.round(performance.now() - startedAt) });
  }
  return {
    exitCode: 0,
    text: done.length === 0 ? "Nothing to restart: jobs run once." : table(done.map(row)),
    json: { ok: true, stack: context.stack, restarted: done },
  };
};

const row = ({ service, milliseconds }: Restarted): readonly string[] => [
  "✓",
  service,
  seconds(milliseconds),
];

/** Agents last, as in `up`; jobs are left out: they have run. */
function inStartOrder(
  { layers, agents }: Blueprint,
  containers: readonly StackContainer[],
): readonly { readonly container: StackContainer; readonly plan: ContainerPlan | undefined }[] {
  const members = [...layers.flatMap((layer) => layer.services), ...agents];
  const position = (member: string): number => {
    const index = members.findIndex(({ name }) => name === member);
    return index < 0 ? members.length : index;
  };
  return containers
    .filter(({ kind }) => kind !== "job")
    .toSorted((a, b) => position(a.member) - position(b.member))
    .map((container) => ({
      container,
      plan: members.find(({ name }) => name === container.member)?.container,
    }));
}

/** @returns why it is not ready again; undefined when it is */
async function restart(
  { docker, cancel, output }: CommandContext,
  { id, member, container, kind }: StackContainer,
  plan: ContainerPlan | undefined,
): Promise<string | undefined> {
  const graceSeconds = plan?.stopGraceSeconds ?? 10;
  await docker.call(
    `restart ${container}`,
    (engine) => engine.getContainer(id).restart({ t: graceSeconds }),
    graceSeconds * 1000 + SILENCE,
  );
  // Whether an agent is ready its route tells, not its health.
  if (kind === "agent") return undefined;
  const readiness = await waitUntilReady(id, {
    client: docker,
    clock: systemClock,
    probes: new PQueue({ concurrency: 1 }),
    signal: cancel,
    timeoutSeconds: plan?.ready.when === "started" ? 60 : (plan?.ready.withinSeconds ?? 60),
    report: (message) => output.event({ event: "step-progress", service: member, message }),
  });
  return readiness.ready ? undefined : readiness.failure.sentence;
}

async function failed(
  { docker }: CommandContext,
  blueprint: Blueprint,
  { member, container, id }: StackContainer,
  message: string,
): Promise<CommandResult> {
  return describeFailure({
    blueprint,
    run: {
      outcome: "failed",
      steps: [],
      outputs: {},
      diagnostics: [{ severity: "error", message: `container ${member}: ${message}` }],
    },
    observed: await observeStack(docker, plannedStack(blueprint)),
    logs: new Map([[container, await docker.logs(id, 20)]]),
  });
}
