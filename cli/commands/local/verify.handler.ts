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
import { runChecks, type CheckResult } from "../../features/verify/run-checks.ts";
import { openCheckContext } from "../../features/verify/check-context.ts";
import { doorsOf, pinnedOf, secureGatewayOf } from "../../features/verify/planned.ts";

export const handler: Handler<typeof spec> = async (context, { options }) => {
  const blueprint = await blueprintOf(context);
  const { stack, authMode } = blueprint.settings;
  const mode = options.mode ?? authMode;
  const gateway = gatewayUrl(blueprint);
  if (gateway === undefined) throw gatewayAbsent({ stack });
  const checked = openCheckContext({
    docker: context.docker,
    cancel: context.cancel,
    stack,
    gateway,
    superuser: await superuserOf(context),
    agentNetwork: blueprint.networks.find(({ role }) => role === "agents")?.name ?? "",
    refusalOf: (given) => refusalOf(context, given),
    doors: doorsOf(blueprint),
    pinned: pinnedOf(blueprint),
    secureGateway: secureGatewayOf(blueprint),
    home: context.home.folder,
  });
  const checks = checksFor(CHECKS, mode);
  try {
    const note = (result: CheckResult): void => context.output.note(describe(result));
    const results = await runChecks(checks, checked, note, context.cancel);
    const failed = results.filter(({ ok }) => !ok).length;
    const ok = failed === 0 && results.length === checks.length;
    const text = `${results.length - failed} of ${checks.length} checks of mode ${mode} hold on stack ${stack}.`;
    return { exitCode: ok ? 0 : EXIT.notAsPromised, text, json: { ok, stack, mode, checks: results } };
  } finally {
    await checked.close();
  }
};

const describe = ({ id, ok, asked, expected, came }: CheckResult): string =>
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
