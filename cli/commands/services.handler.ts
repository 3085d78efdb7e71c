import { catalogue } from "../../platform/services/catalogue.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./services.ts";
import { table } from "../render/table.ts";
import { serviceRows } from "../features/services/list-services.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";

export const handler: Handler<typeof spec> = async (context) => {
  const blueprint = await blueprintOf(context);
  const services = serviceRows(catalogue(blueprint.settings), blueprint);
  const rows = services.map((service) => [
    service.on ? "on" : "off",
    service.name,
    service.optional ? "optional" : service.profile,
    `${service.memoryMegabytes} MB`,
    service.ports.join(", "),
    service.image,
    service.summary + (service.neededBy.length === 0 ? "" : ` (needed by ${service.neededBy.join(", ")})`),
  ]);
  return {
    exitCode: 0,
    text: table([["", "NAME", "PROFILE", "MEMORY", "PORTS", "IMAGE", "WHAT FOR"], ...rows]),
    json: { ok: true, stack: context.stack, services },
  };
};
