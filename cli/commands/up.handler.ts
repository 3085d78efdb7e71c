import type { Handler } from "../command.ts";
import { throwProblems } from "../../platform/errors/define-error.ts";
import { portProblems } from "../preflight/ports.ts";
import { progressLine } from "../report/progress.ts";
import { reportFailure } from "../report/failure.ts";
import { summarize } from "../report/summary.ts";
import { blueprintOf } from "../run/blueprint.ts";
import { connectDocker, engineOptions } from "../run/deployment.ts";
import { prepareImages } from "../run/prepare-images.ts";
import { publishedPorts } from "../run/published-ports.ts";
import { readyEngine } from "../run/ready-engine.ts";

/** Everything that can be wrong is found before anything changes; then the program runs once. */
export const handler: Handler = async (context, { yes }) => {
  const startedAt = Date.now();
  const { output } = context;
  const blueprint = await blueprintOf(context);
  const docker = connectDocker(context);
  await readyEngine(context, docker, yes === true);
  throwProblems(await portProblems(blueprint, await publishedPorts(docker)));
  await prepareImages(context, docker, blueprint);

  const { up } = await import("../../engine/core/engine.ts");
  const options = await engineOptions({
    context,
    onEvent: (event) => {
      const line = progressLine(event, output.colors);
      if (line !== undefined) output.note(line);
    },
  });
  const run = await up(options);
  return run.outcome === "succeeded"
    ? summarize({ blueprint, run, milliseconds: Date.now() - startedAt })
    : reportFailure({ blueprint, run, docker });
};
