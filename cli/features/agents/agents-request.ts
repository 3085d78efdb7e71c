import { type AgentsRequest } from "../../../platform/blueprint/plan-agents.ts";
import { ImageCatalogue } from "../../../platform/blueprint/images.ts";
import { catalogue } from "../../../platform/services/catalogue.ts";
import type { CommandContext } from "../../stack/context.ts";

/** What it takes to look at an agent's folder the way the blueprint will. */
export async function agentsRequest(context: CommandContext): Promise<AgentsRequest> {
  const { root, program } = context;
  const { settings, variable } = await context.settings();
  const images = new ImageCatalogue(root, settings, program);
  return { root, program, settings, services: catalogue(settings), images, variable };
}
