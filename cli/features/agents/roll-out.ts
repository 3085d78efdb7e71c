import type { RunResult } from "../../../engine/core/engine.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import { stopContainer } from "../../../engine/providers/docker/container-actions.ts";
import type { PlannedAgent } from "../../../platform/blueprint/agents.ts";
import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { REGISTRY_SERVICE } from "../../../platform/services/names.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import { removeImages } from "../../engine-host/images/remove-images.ts";
import { seconds } from "../../render/amounts.ts";
import { countSteps } from "../../render/steps/count-steps.ts";
import { reportFailure } from "../../stack/diagnosis/failure.ts";
import { narrate } from "../../render/steps/narrate.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { engineOptions } from "../../stack/state/deployment.ts";
import { plannedStack } from "../../stack/observe/planned-stack.ts";
import { knownStack } from "../../stack/observe/recall-plan.ts";
import { servedHash } from "../../stack/observe/served-agents.ts";
import { prepareImages } from "../../stack/blueprint/prepare-images.ts";
import { refuseStackOfOtherHome } from "../../stack/observe/stack-of-other-home.ts";
import { waitForLock } from "../../stack/state/wait-for-lock.ts";
import { agentUrn, volumeUrn, withOnlyAgents } from "./agent-context.ts";
import { exampleCall, fetchCard } from "./card.ts";
import { keepDecision } from "./decisions.ts";
import { agentOfWorker, platformDown } from "./errors.ts";
import { isCurrent, type ObservedAgents, observeAgents } from "./observe-agent.ts";
import { recordBuilds } from "./record-builds.ts";
import { describeUnchanged, headOf, notesOf } from "./describe-deployment.ts";
import { shortVersion } from "./short-version.ts";
import { outlivedVersions, versionIn, versionsOf } from "./versions.ts";

/** An agent that is to be served in its newest version. */
export interface RollOutRequest {
  readonly context: CommandContext;
  readonly name: string;
  /** Where it comes from, as `nasiko:agents` has it. */
  readonly source: string;
  /** Variables that it may have from outside its folder. */
  readonly variables: readonly string[];
  /** Wait while another run has the stack, instead of refusing. */
  readonly waitLock: boolean;
  /** As of performance.now(). */
  readonly startedAt: number;
}

/**
 * Adds or updates one agent through the same program, and touches nothing else; the decision is kept once the agent
 * is served.
 * @throws what is wrong with the agent before anything changes
 */
export async function rollOut({
  context,
  name,
  source,
  variables,
  waitLock,
  startedAt,
}: RollOutRequest): Promise<CommandResult> {
  const { docker } = context;
  let waited = 0;
  const elapsed = (): number => Math.round(performance.now() - startedAt - waited);
  const narrowed = withOnlyAgents(context, { [name]: source }, { [name]: variables });
  const blueprint = await blueprintOf(narrowed);
  const [plan] = blueprint.agents;
  if (plan === undefined) throw platformDown({ stack: context.stack });
  const [observed, image] = await Promise.all([
    observeAgents(docker, plannedStack(blueprint)),
    docker.image(plan.image.reference),
  ]);
  if (observed.containers.some(({ agent, managedBy }) => agent === plan.name && managedBy === "worker"))
    throw agentOfWorker({ name: plan.name });
  const head = headOf(plan);
  if (image !== undefined && isCurrent(plan, observed)) {
    const kept = await keepDecision(context, name, source, variables);
    // So that the next time neither folders nor settings need to be read; what is wrong with another agent does not count.
    await knownStack(context).catch(() => undefined);
    return describeUnchanged(plan, elapsed(), kept);
  }
  if (!observed.served.known) throw platformDown({ stack: context.stack, problem: observed.served.problem });
  await refuseStackOfOtherHome(context);
  for (const note of plan.notes) context.output.note(`! ${note}`);
  if (image === undefined) await prepareImages(context, docker, { ...blueprint, images: [] });

  const ours = async (): Promise<RunResult> => {
    const options = await engineOptions({
      context: narrowed,
      blueprint,
      onEvent: narrate(context.output),
    });
    // Its volumes outlive it and its versions, so they are none of its component's.
    const volumes = plan.container.volumes.map(({ volume }) => volumeUrn(context.stack, volume));
    return context.engine.up({ ...options, targets: [agentUrn(context.stack, plan.name), ...volumes] });
  };
  const run = await waitForLock(context, waitLock, ours, (theirs) => {
    waited += theirs;
  });
  if (run.outcome !== "succeeded") {
    const failure = await reportFailure({ blueprint: partFor(blueprint), run, docker });
    if (run.outcome === "failed" && plan.rollout === "rolling") await stopUnserved(docker, plan);
    return withSurvivor(failure, plan, await observeAgents(docker, plannedStack(blueprint)));
  }
  await recordBuilds(narrowed, blueprint);
  const kept = await keepDecision(context, name, source, variables);
  const [card, removed] = await Promise.all([fetchCard(plan.url), prune(docker, plan, blueprint)]);
  const steps = countSteps(run.steps);
  return {
    exitCode: 0,
    text: [
      `Agent ${plan.name} is served after ${seconds(elapsed())}: version ${shortVersion(head.version)}; ${changesOf(steps.text)}.`,
      `  ${plan.url}`,
      `  ${exampleCall(plan.url, card)}`,
      ...(removed === 0 ? [] : [`${removed} of its oldest images removed.`]),
      ...notesOf(kept),
    ].join("\n"),
    json: {
      ok: true,
      ...head,
      changed: true,
      milliseconds: elapsed(),
      steps: steps.counts,
      removedImages: removed,
      ...kept,
    },
  };
}

/** What can be to blame when an agent is not served: itself, or the service that has to admit it. */
const partFor = (blueprint: Blueprint): Blueprint => ({
  ...blueprint,
  layers: blueprint.layers.map((layer) => ({
    ...layer,
    services: layer.services.filter(({ name }) => name === REGISTRY_SERVICE),
  })),
});

/** Steps of a run that is about one agent: what stays unchanged is nobody's interest. */
const changesOf = (text: string): string => text.replace(/, \d+ unchanged$/, "");

/**
 * A version that failed is stopped, not removed: its logs can be read, the next deployment starts it again, and it
 * cannot get between callers and the version that works by coming back for a moment with every restart.
 */
async function stopUnserved(docker: DockerClient, { container }: PlannedAgent): Promise<void> {
  // Nobody is being answered by it, so it needs no time to finish.
  await stopContainer(docker, { id: container.name, name: container.name }, { graceSeconds: 1 });
}

/** Says which version is still served after a deployment that failed. */
function withSurvivor(
  failure: CommandResult,
  plan: PlannedAgent,
  { containers, served }: ObservedAgents,
): CommandResult {
  const hash = servedHash(served, plan.name);
  const survivor = containers.find((container) => container.agent === plan.name && container.hash === hash);
  const version = survivor === undefined ? undefined : versionIn(survivor.image, plan.name);
  const line =
    survivor === undefined
      ? `No version of agent ${plan.name} is served.`
      : `Version ${version === undefined ? survivor.hash : shortVersion(version)} of agent ${plan.name} is still served.`;
  return {
    ...failure,
    text: `${failure.text}\n\n${line}`,
    json: { ...failure.json, agent: plan.name, serving: version ?? survivor?.hash ?? null },
  };
}

/** Removes the images of versions that are too old to go back to. @returns how many */
async function prune(docker: DockerClient, plan: PlannedAgent, { settings }: Blueprint): Promise<number> {
  const [images, containers] = await Promise.all([docker.images(), docker.containers({})]);
  const used = new Set(containers.map(({ Image }) => Image));
  const versions = versionsOf(plan.name, images);
  const outlived = outlivedVersions(versions, settings.agentVersions, plan.image.shortHash, used);
  return (await removeImages(docker, outlived)).length;
}
