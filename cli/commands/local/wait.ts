import { EXIT } from "../../lib/exit-codes.ts";
import { choice, duration } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { services } from "../options.ts";

export const spec = defineSpec({
  arguments: { services },
  options: {
    status: choice("<status>", ["healthy", "down"], "what to wait for: healthy, or down", {
      default: "healthy",
    }),
    timeout: duration("<time>", "how long at most, e.g. 90s or 5m", { default: "120s" }),
  },
  exitCodes: [EXIT.timeIsUp],
  examples: ["nasiko local wait", "nasiko local wait kong --timeout 30s", "nasiko local wait --status down"],
});

export const wait = defineCommand(spec, () => import("./wait.handler.ts"));
