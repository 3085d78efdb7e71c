import { several } from "../../lib/command-line/argument.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  arguments: {
    images: several("image", "public images that uploads will be based on, besides what the stack needs"),
  },
  examples: ["nasiko images prepare", "nasiko images prepare golang:1.25 python:3.12-slim"],
});

export const prepareImages = defineCommand(spec, () => import("./prepare.handler.ts"));
