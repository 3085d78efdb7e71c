import { resolve } from "node:path";

import type { ContextEntry } from "../../../engine/formats/read-context.ts";
import { tryAgent } from "../../../platform/blueprint/plan-agents.ts";
import { throwProblems } from "../../../platform/errors/define-error.ts";
import { contentHash, type ContentHashInput } from "../../../platform/images/content-hash.ts";
import { explainChange, type HashChange } from "../../../platform/images/explain-hash.ts";
import { agentName } from "../../../platform/agents/agent-name.ts";
import { agentsRequest } from "../../features/agents/agents-request.ts";
import { lastBuild } from "../../features/agents/build-record.ts";
import { nameOfFolder } from "../../features/agents/name-of-folder.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import type { spec } from "./hash.ts";

/** The hash that decides whether an agent is built again, and why it is what it is. */
export const handler: Handler<typeof spec> = async (context, { options, args }) => {
  const folder = resolve(context.cwd, args.path);
  const request = await agentsRequest(context);
  const name = agentName(nameOfFolder(request, folder));
  const { problems, source, agent } = tryAgent(name, folder, request);
  if (source === undefined) throwProblems(problems);
  const input = source && request.images.ingredientsOfAgent(name, source);
  // A ready image is known by its digest; there is nothing to take apart.
  if (input === undefined) return answer(agent?.image.reference ?? "", {}, []);
  const hash = contentHash(input);
  if (!options.explain) return answer(hash, {}, []);
  const { home, stack } = context;
  const before = lastBuild({ home, stack, agent: name });
  const changes = before === undefined ? undefined : explainChange(before, input);
  return answer(hash, { ...input, changes: changes ?? null }, [
    ...contents(input),
    "",
    ...sinceThen(changes),
  ]);
};

const answer = (
  hash: string,
  more: Readonly<Record<string, unknown>>,
  lines: readonly string[],
): CommandResult => ({
  exitCode: 0,
  text: [hash, ...lines].join("\n"),
  json: { ok: true, hash, ...more },
});

function contents({ dockerfile, args, bases, entries }: ContentHashInput): readonly string[] {
  return [
    `  Dockerfile, ${dockerfile.split("\n").length} lines, as it is built`,
    ...Object.entries(args).map(([name, value]) => `  build argument ${name}=${value}`),
    ...bases.map((base) => `  base ${base}`),
    ...entries.map((entry) => `  ${describe(entry)}`),
  ];
}

function describe(entry: ContextEntry): string {
  switch (entry.kind) {
    case "file":
      return `${entry.mode}  ${entry.digest.slice(0, 12)}  ${entry.path}`;
    case "symlink":
      return `link  ${entry.path} → ${entry.target}`;
    case "directory":
      return `folder  ${entry.path}/`;
  }
}

function sinceThen(changes: readonly HashChange[] | undefined): readonly string[] {
  if (changes === undefined) return ["This machine has built no earlier version of it for this stack."];
  if (changes.length === 0) return ["Nothing has changed since the last build."];
  return [
    "Since the last build:",
    ...changes.map(({ what, name, change }) => `  ${change}: ${what} ${name}`.trimEnd()),
  ];
}
