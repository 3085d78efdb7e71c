import type { AUTH_MODES } from "../../../platform/settings/settings.ts";
import { modeUnknown } from "../errors.ts";
import { EXIT } from "../../lib/exit-codes.ts";
import { choice } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

/** Not imported: help would have to load every setting. */
const MODES = ["simple", "enterprise"] as const satisfies typeof AUTH_MODES;

export const spec = defineSpec({
  options: {
    mode: choice(
      "<mode>",
      MODES,
      "check the promises of another mode, simple or enterprise: its rows must fail",
      {
        refusal: (mode) => modeUnknown({ mode }),
      },
    ),
  },
  exitCodes: [EXIT.notAsPromised],
  examples: ["nasiko local verify", "nasiko local verify --json"],
});

export const verify = defineCommand(spec, () => import("./verify.handler.ts"));
