import { flag, text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  options: {
    registry: text("<address>", "ask this mirror of the public images, e.g. 127.0.0.1:5000"),
    unverified: flag("write an image without digest where no registry tells it"),
  },
  examples: ["nasiko images lock", "nasiko images lock --registry mirror.example:5000/hub"],
});

export const lockImages = defineCommand(spec, () => import("./lock.handler.ts"));
