import { imagesOf } from "../../platform/blueprint/images.ts";
import { baseReferences } from "../../platform/images/base-recipes.ts";
import type { Handler } from "./command.ts";
import { removeImages } from "../engine-host/images/remove-images.ts";
import { unusedImages } from "../engine-host/images/unused-images.ts";
import { megabytes, table } from "../render/table.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";

/** What goes can be had again: built from the same content, or pulled. So nobody is asked. */
export const handler: Handler = async (context, { dryRun }) => {
  const { docker } = context;
  const blueprint = await blueprintOf(context);
  const [images, containers] = await Promise.all([docker.images(), docker.containers({})]);
  const wanted = new Set([
    ...imagesOf(blueprint).map(({ reference }) => reference),
    ...Object.values(baseReferences()),
  ]);
  const unused = unusedImages({ images, containers, wanted, registryUrl: blueprint.settings.registryUrl });
  const gone = dryRun === true ? unused : await removeImages(docker, unused);
  const rows = gone.map(({ reference, size }) => [reference, megabytes(size)]);
  const done = dryRun === true ? "would be removed" : "removed";
  return {
    exitCode: 0,
    text: [
      ...(rows.length === 0 ? [] : [table(rows)]),
      `${gone.length} images ${done}; sizes include layers that others share.`,
    ].join("\n"),
    json: { ok: true, dryRun: dryRun === true, images: gone },
  };
};
