import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  name: "env",
  group: "development",
  summary: "Print the environment with which the ordinary Pulumi CLI works on the same state",
  examples: ['eval "$(nasiko env)" && pulumi up --stack local'],
});

export const env = defineCommand(spec, () => import("./env.handler.ts"));
