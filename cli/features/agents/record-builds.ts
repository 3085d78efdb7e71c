import type { Blueprint } from "../../../platform/blueprint/blueprint.ts";
import { tryAgent } from "../../../platform/blueprint/plan-agents.ts";
import { contentHash } from "../../../platform/images/content-hash.ts";
import type { CommandContext } from "../../stack/context.ts";
import { agentsRequest } from "./agents-request.ts";
import { isRecorded, recordBuild } from "./build-record.ts";

/** After a run that succeeded: keeps what went into the images of agents that were not built before. */
export async function recordBuilds(
  context: CommandContext,
  { agents }: Pick<Blueprint, "agents">,
): Promise<void> {
  const { home, stack } = context;
  for (const { name, folder, image } of agents) {
    const record = { home, stack, agent: name };
    if (image.kind !== "built" || isRecorded(record, image.hash)) continue;
    const request = await agentsRequest(context);
    const { source } = tryAgent(name, folder, request);
    const input = source && request.images.ingredientsOfAgent(name, source);
    // The folder may have changed since; then there is nothing to say about what was built.
    if (input !== undefined && contentHash(input) === image.hash) recordBuild(record, input);
  }
}
