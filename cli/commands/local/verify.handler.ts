import { problemsOf } from "../../lib/engine-errors.ts";
import type { CommandContext } from "../../stack/context.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./verify.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { gatewayAbsent } from "../../stack/gateway/errors.ts";
import { gatewayUrl } from "../../stack/gateway/gateway-url.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { superuserOf } from "../../stack/state/superuser.ts";
import { checksFor } from "../../features/verify/check.ts";
import { CHECKS } from "../../features/verify/checks.ts";
import { runChecks, type Verdict } from "../../features/verify/run-checks.ts";
import { openScene } from "../../features/verify/scene.ts";

export const handler: Handler<typeof spec> = async (context, { options }) => {
  const blueprint = await blueprintOf(context);
  const { stack, authMode } = blueprint.settings;
  const mode = options.mode ?? authMode;
  const gateway = gatewayUrl(blueprint);
  if (gateway === undefined) throw gatewayAbsent({ stack });
  const scene = openScene({
    docker: context.docker,
    cancel: context.cancel,
    stack,
    gateway,
    superuser: await superuserOf(context),
    agentNetwork: blueprint.networks.find(({ role }) => role === "agents")?.name ?? "",
    refusalOf: (given) => refusalOf(context, given),
  });
  const checks = checksFor(CHECKS, mode);
  try {
    const note = (verdict: Verdict): void => context.output.note(describe(verdict));
    const verdicts = await runChecks(checks, scene, note, context.cancel);
    const failed = verdicts.filter(({ ok }) => !ok).length;
    const ok = failed === 0 && verdicts.length === checks.length;
    const text = `${verdicts.length - failed} of ${checks.length} checks of mode ${mode} hold on stack ${stack}.`;
    return { exitCode: ok ? 0 : EXIT.notAsPromised, text, json: { ok, stack, mode, checks: verdicts } };
  } finally {
    await scene.close();
  }
};

const describe = ({ id, ok, asked, expected, came }: Verdict): string =>
  [
    `${ok ? "✓" : "✗"} ${id.padStart(2)}  ${asked}`,
    `      expected  ${expected}`,
    `      came      ${came}`,
  ].join("\n");

/** Code of the error that settings with this mode meet. */
async function refusalOf(context: CommandContext, mode: string): Promise<string | undefined> {
  try {
    await context.withEnvironment({ AUTH_MODE: mode }).settings();
    return undefined;
  } catch (error) {
    const [problem] = problemsOf(error);
    if (problem === undefined) throw error;
    return problem.code;
  }
}
