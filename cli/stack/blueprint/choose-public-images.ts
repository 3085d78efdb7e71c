import { REDIS_IMAGE } from "../../../platform/services/redis.ts";
import type { DockerClient } from "../../../engine/providers/docker/client.ts";
import type { CommandContext } from "../context.ts";
import { registryAnswers } from "../../engine-host/images/ask-registry.ts";
import {
  readStackRecord,
  recordedConfig,
  type StackRecord,
  updateStackRecord,
} from "../home/stack-record.ts";

/** Asked whether a registry answers; any public image would do. */
const PROBE = `${REDIS_IMAGE.name}:${REDIS_IMAGE.tag}`;
/** Milliseconds that a registry may take to answer anything. */
const PATIENCE = 2000;

type PublicImages = NonNullable<StackRecord["publicImages"]>;

export interface Choice {
  /** Keeps the decision for the stack; a preview only says what it would be. */
  readonly record: boolean;
}

/**
 * Where third-party images come from, for this run: what somebody asked for, else what was decided when the stack was
 * created, else decided now by whether a registry answers, and said aloud. The program itself never asks the network.
 * @returns stack config on top of the file's, with full keys
 */
export async function choosePublicImages(
  context: CommandContext,
  docker: DockerClient,
  { record }: Choice,
): Promise<Readonly<Record<string, string>>> {
  const { settings, origins } = await context.settings();
  const { home, stack, output } = context;
  const recorded = readStackRecord(home, stack).publicImages;
  const asked = origins.publicImages.source !== "default";
  const publicImages = asked ? settings.publicImages : await decide(docker);
  if (publicImages === recorded) return {};
  if (!asked) output.note(explain(publicImages));
  else if (recorded !== undefined)
    output.note(
      `Third-party images: ${publicImages} from now on, as asked for; so far ${recorded}. ` +
        "Each has volumes of its own: the data of before stays where it is, and is back when you switch back.",
    );
  if (record) updateStackRecord(home, stack, { publicImages });
  return recordedConfig({ publicImages });
}

const decide = async (docker: DockerClient): Promise<PublicImages> =>
  (await registryAnswers(docker, PROBE, PATIENCE)) ? "registry" : "offline";

function explain(publicImages: PublicImages): string {
  return publicImages === "offline"
    ? "No image registry answers: third-party services run as equivalents that are built here, and stay so for this stack. NASIKO_PUBLIC_IMAGES=registry changes it."
    : "An image registry answers: third-party images are pulled, and stay so for this stack. NASIKO_PUBLIC_IMAGES=offline changes it.";
}
