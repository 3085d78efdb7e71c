import type { Handler } from "../define-command.ts";
import type { spec } from "./prepare.ts";
import type { BaseName } from "../../../platform/images/base-recipes.ts";
import { baseNotMade } from "../../../platform/images/errors.ts";
import { equivalentOf, PUBLIC_BASES } from "../../../platform/images/public-bases.ts";
import { table } from "../../render/table.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { prepareImages } from "../../stack/blueprint/prepare-images.ts";

export const handler: Handler<typeof spec> = async (context, { args }) => {
  const { docker } = context;
  const more = basesFor(args.images);
  await docker.ping();
  const choice = await choosePublicImages(context, docker, { record: false });
  const { bases, pulled } = await prepareImages(context, docker, await blueprintOf(context, choice), more);
  const rows = [
    ...pulled.map((reference) => [reference, "pulled"]),
    ...bases.map(({ reference, outcome }) => [reference, outcome]),
  ];
  return {
    exitCode: 0,
    text: rows.length === 0 ? "Every image is there." : table(rows),
    json: {
      ok: true,
      pulled,
      bases: bases.map(({ name, reference, outcome }) => ({ name, reference, outcome })),
    },
  };
};

/** @throws NSK-BASE-NOT-MADE for images in whose place there is none of ours */
function basesFor(references: readonly string[]): readonly BaseName[] {
  const unknown = references.filter((reference) => equivalentOf(reference) === undefined);
  if (unknown.length > 0) throw baseNotMade({ unknown, known: PUBLIC_BASES.map(({ example }) => example) });
  return references.flatMap((reference) => equivalentOf(reference)?.base ?? []);
}
