import { removeImages } from "../../engine-host/images/remove-images.ts";
import { type UnusedImage, unusedImages } from "../../engine-host/images/unused-images.ts";
import { neededImages } from "../../features/images/needed-images.ts";
import { confirm } from "../../render/ask.ts";
import { megabytes } from "../../render/amounts.ts";
import { table } from "../../render/table.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { Handler } from "../define-command.ts";
import { pruneNotConfirmed } from "../errors.ts";
import type { spec } from "./prune.ts";

/** Says what goes, and asks: an image of a stack that another home records cannot be told from one that nobody needs. */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { dryRun, yes } = options;
  const { docker, output } = context;
  const { references, ...needs } = await neededImages(context);
  const [images, containers] = await Promise.all([docker.images(), docker.containers({})]);
  const unused = unusedImages({ images, containers, needed: references, ...needs });
  if (dryRun) return result(unused, "would be removed", true);
  if (unused.length === 0) return result(unused, "removed", false);

  if (!yes) {
    output.note(rows(unused));
    const { length: count } = unused;
    const question = `Remove ${count === 1 ? "this image" : `these ${count} images`}?`;
    if (!(await confirm(context.terminal, question))) throw pruneNotConfirmed({ count });
  }
  return result(await removeImages(docker, unused), "removed", false);
};

function result(images: readonly UnusedImage[], done: string, dryRun: boolean): CommandResult {
  return {
    exitCode: 0,
    text: [
      ...(images.length === 0 ? [] : [rows(images)]),
      `${images.length} images ${done}; sizes include layers that others share.`,
    ].join("\n"),
    json: { ok: true, dryRun, images },
  };
}

const rows = (images: readonly UnusedImage[]): string =>
  table(images.map(({ reference, size }) => [reference, megabytes(size)]));
