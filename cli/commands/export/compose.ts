import { flag, text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  options: {
    output: text("<file>", "write it to this file, which only you may read; - is the standard output", {
      short: "o",
      default: "-",
    }),
    keepData: flag("use the stack's own volumes and secrets; the file then contains those secrets"),
  },
  examples: [
    "nasiko export compose --output compose.yaml && docker compose up --wait",
    "nasiko local down && nasiko export compose --keep-data --output compose.yaml",
  ],
});

export const exportCompose = defineCommand(spec, () => import("./compose.handler.ts"));
