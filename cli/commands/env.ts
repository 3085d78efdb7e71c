import { defineCommand, defineSpec } from "./define-command.ts";

export const spec = defineSpec({
  examples: ['eval "$(nasiko env)" && pulumi up --stack local'],
});

export const env = defineCommand(spec, () => import("./env.handler.ts"));
