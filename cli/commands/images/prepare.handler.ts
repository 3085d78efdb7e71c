import type { Handler } from "../define-command.ts";
import type { spec } from "./prepare.ts";
import { table } from "../../render/table.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { choosePublicImages } from "../../stack/blueprint/choose-public-images.ts";
import { prepareImages } from "../../stack/blueprint/prepare-images.ts";

export const handler: Handler<typeof spec> = async (context) => {
  const { docker } = context;
  await docker.ping();
  const choice = await choosePublicImages(context, docker, { record: false });
  const { bases, pulled } = await prepareImages(context, docker, await blueprintOf(context, choice));
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
