import { existsSync } from "node:fs";

import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentFolder } from "../../../platform/blueprint/agent-folder.ts";
import { agentSource } from "../../../platform/agents/agent-source.ts";
import { agentFolderMissing } from "../../../platform/blueprint/errors.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { nearest } from "../../../platform/settings/nearest.ts";
import { readDecisions } from "../../stack/config/read-decisions.ts";
import { deployAgent } from "../../features/agents/deploy.ts";
import { agentUnknown, nothingToWatch } from "../../features/agents/errors.ts";
import { createRedeployer } from "../../features/agents/redeployer.ts";
import { watchFolder } from "../../features/agents/watch-folder.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./watch.ts";
import type { CommandContext } from "../../stack/context.ts";
import { describeProblems, exitCodeOf, problemsAsJson } from "../../lib/describe-problems.ts";

/** Deploys agents now, and again whenever their folders change, until Ctrl-C. A failure is told and waited out. */
export const handler: Handler<typeof spec> = async (context, { args }) => {
  const { effective } = await readDecisions(context);
  const folders = watchedFolders(
    context,
    effective,
    args.agents.map((name) => agentName(name)),
  );
  const { docker } = context;
  await docker.ping();
  const deployments: CommandResult["json"][] = [];
  const redeployer = createRedeployer({
    deploy: async (name) => {
      const source = folders.get(name) ?? "";
      const result = await deployAgent({ context, name, source, waitLock: true }).catch(failureOf);
      deployments.push({ agent: name, ...result.json });
      context.output.event({ event: "deployment", agent: name, ...result.json });
      context.output.note(result.text);
    },
  });
  const lost = Promise.withResolvers<undefined>();
  const watches = [...folders].map(([name, folder]) =>
    watchFolder(agentFolder(context, folder), () => redeployer.changed(name), lost.reject),
  );
  try {
    // After the watch stands: no change can fall in between.
    for (const name of folders.keys()) redeployer.changed(name);
    context.output.note(`Watching ${[...folders.keys()].join(", ")}; Ctrl-C ends it.`);
    context.cancel.addEventListener("abort", () => lost.resolve(undefined), { once: true });
    if (!context.cancel.aborted) await lost.promise;
  } finally {
    for (const end of watches) end();
    await redeployer.stop();
  }
  return { exitCode: 0, text: "", json: { ok: true, stack: context.stack, deployments } };
};

const failureOf = (error: unknown): CommandResult => ({
  exitCode: exitCodeOf(error),
  text: describeProblems(error),
  json: problemsAsJson(error),
});

/**
 * Folders by agent: those asked for, else every one that is not to stay on an earlier version.
 * @throws NSK-AGENT-UNKNOWN, NSK-AGENT-FOLDER-MISSING, NSK-NOTHING-TO-WATCH
 */
function watchedFolders(
  context: CommandContext,
  known: Readonly<Record<string, string>>,
  asked: readonly string[],
): ReadonlyMap<string, string> {
  const names = Object.keys(known);
  throwProblems(
    asked
      .filter((name) => !names.includes(name))
      .map((name) => agentUnknown({ name, known: names, nearest: nearest(name, names) })),
  );
  const folders = Object.entries(known)
    .map(([name, text]) => ({ name, ...agentSource(text) }))
    .filter(({ name, version }) => (asked.length > 0 ? asked.includes(name) : version === undefined));
  if (folders.length === 0) throw nothingToWatch(undefined);
  throwProblems(
    folders
      .filter(({ folder }) => !existsSync(agentFolder(context, folder)))
      .map(({ name, folder }) => agentFolderMissing({ name, folder })),
  );
  return new Map(folders.map(({ name, folder }) => [name, folder]));
}
