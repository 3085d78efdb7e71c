import type { Handler } from "../command.ts";
import { throwProblems } from "../../platform/errors/define-error.ts";
import { portProblems } from "../preflight/ports.ts";
import { reportFailure } from "../report/failure.ts";
import { narrate } from "../report/narrate.ts";
import { summarize } from "../report/summary.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { connectDocker, engineOptions } from "../run/deployment.ts";
import { prepareImages } from "../run/prepare-images.ts";
import { publishedPorts } from "../run/published-ports.ts";
import { readyEngine } from "../run/ready-engine.ts";

/** Everything that can be wrong is found before anything changes; then the program runs once. */
export const handler: Handler = async (context, { yes }) => {
  const startedAt = Date.now();
  const blueprint = await blueprintOf(context);
  const docker = connectDocker(context);
  await readyEngine(context, docker, yes === true);
  throwProblems(await portProblems(blueprint, await publishedPorts(docker)));
  await prepareImages(context, docker, blueprint);

  const { up } = await import("../../engine/core/engine.ts");
  const run = await up(await engineOptions({ context, onEvent: narrate(context.output) }));
  return run.outcome === "succeeded"
    ? summarize({ blueprint, run, milliseconds: Date.now() - startedAt })
    : reportFailure({ blueprint, run, docker });
};
