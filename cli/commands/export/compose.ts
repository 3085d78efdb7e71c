import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  options: {
    keepData: flag("use the stack's own volumes and secrets; the file then contains those secrets"),
  },
  examples: [
    "nasiko export compose > compose.yaml && docker compose up --wait",
    "nasiko local down && nasiko export compose --keep-data > compose.yaml",
  ],
});

export const exportCompose = defineCommand(spec, () => import("./compose.handler.ts"));
