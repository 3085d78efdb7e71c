import { REDIS_IMAGE } from "../../platform/services/redis.ts";
import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import { problemsOf } from "../lib/engine-errors.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./doctor.ts";
import type { CommandContext } from "../stack/context.ts";
import { registryAnswers } from "../engine-host/images/ask-registry.ts";
import { type Finding, note, ok, problemsIn, refusal } from "../lib/finding.ts";
import { preflight } from "../features/preflight/preflight.ts";
import { toolchainFindings } from "../features/preflight/toolchain.ts";
import { describeFindings } from "../render/findings.ts";
import { describeOrphans } from "../stack/observe/orphans.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";
import { stackSnapshot } from "../stack/state/deployment.ts";
import { findOrphans } from "../stack/observe/find-orphans.ts";

/** Asked whether a registry answers; any public image would do. */
const PROBE = `${REDIS_IMAGE.name}:${REDIS_IMAGE.tag}`;
/** Milliseconds that a registry may take. */
const PATIENCE = 2000;

/** Everything that `local up` checks, and the tools beside it; whatever one part finds, the others are looked at, too. */
export const handler: Handler<typeof spec> = async (context) => {
  const planned = await attempt("stack", "settings", () => blueprintOf(context));
  const [engine, orphaned, toolchain] = await Promise.all([
    attempt("engine", "answers", () => engineSide(context, planned.value)),
    attempt("stack", "orphans", () => orphanFindings(context)),
    toolchainFindings(context.root),
  ]);
  const findings = [
    ...(engine.value ?? engine.failed),
    ...(planned.value === undefined ? planned.failed : [stackFinding(planned.value)]),
    // An engine that does not answer is said once.
    ...(orphaned.value ?? (engine.value === undefined ? [] : orphaned.failed)),
    ...toolchain,
  ];
  const problems = problemsIn(findings);
  return {
    exitCode: problems[0]?.exitCode ?? 0,
    text: describeFindings(findings, context.output.resultColors),
    json: {
      ok: problems.length === 0,
      stack: context.stack,
      findings: findings.map(({ problem, ...finding }) =>
        problem === undefined
          ? finding
          : { ...finding, code: problem.code, detail: problem.detail, suggestion: problem.suggestion },
      ),
    },
  };
};

async function engineSide(
  context: CommandContext,
  blueprint: Blueprint | undefined,
): Promise<readonly Finding[]> {
  const { findings } = await preflight(context, blueprint);
  const answers = await registryAnswers(context.docker, PROBE, PATIENCE);
  const text = answers
    ? "an image registry answers the engine"
    : "no image registry answers: third-party services run as equivalents that are built here";
  return [...findings, answers ? ok("images", "registry", text) : note("images", "registry", text)];
}

function stackFinding({ settings, layers, agents }: Blueprint): Finding {
  const services = layers.flatMap((layer) => layer.services).length;
  return ok(
    "stack",
    settings.stack,
    `${services} services and jobs, ${agents.length} agents; settings are valid`,
  );
}

/** What runs that did not end left behind. */
async function orphanFindings(context: CommandContext): Promise<readonly Finding[]> {
  const [orphans, state] = await Promise.all([findOrphans(context, context.docker), stackSnapshot(context)]);
  const begun = state?.operations ?? [];
  const found = [
    ...describeOrphans(orphans, context.stack).map((line) => line.replace(/^! /, "")),
    ...begun.map(
      ({ type, urn, objectName }) =>
        `a run was cut short while ${type} ${objectName ?? urn}; the next ./nasiko local up settles it`,
    ),
  ];
  if (found.length === 0) return [ok("stack", "orphans", "none")];
  return found.map((text) => note("stack", "orphans", text));
}

interface Attempt<Value> {
  readonly value?: Value;
  readonly failed: readonly Finding[];
}

/** Turns what stops one part of the examination into findings. @throws what is our own fault */
async function attempt<Value>(
  group: Finding["group"],
  name: string,
  look: () => Promise<Value>,
): Promise<Attempt<Value>> {
  try {
    return { value: await look(), failed: [] };
  } catch (error) {
    const problems = problemsOf(error);
    if (problems.length === 0) throw error;
    return { failed: problems.map((each) => refusal(group, name, each)) };
  }
}
