import { flag } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  name: "export compose",
  group: "development",
  summary:
    "Print the same platform as a compose.yaml for Docker Compose: images, ports, health, limits, order",
  options: {
    keepData: flag("use the stack's own volumes and secrets; the file then contains those secrets"),
  },
  examples: [
    "nasiko export compose > compose.yaml && docker compose up --wait",
    "nasiko local down && nasiko export compose --keep-data > compose.yaml",
  ],
});

export const exportCompose = defineCommand(spec, () => import("./compose.handler.ts"));
