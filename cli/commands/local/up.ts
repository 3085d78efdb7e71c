import { EXIT } from "../../lib/exit-codes.ts";
import { several } from "../../lib/command-line/argument.ts";
import { flag, names } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";
import { events, showSecrets, waitLock, yes } from "../options.ts";

export const spec = defineSpec({
  description:
    "Everything that can be wrong is checked before anything changes. Only what changed is replaced; `preview` shows it beforehand.",
  arguments: {
    services: several("service", "only these services, and what they need", { names: "service" }),
  },
  options: {
    profile: names("<names>", "only these groups of services, with commas between"),
    without: names("<names>", "leave these services out, with commas between"),
    autoPorts: flag("move default ports that are taken to free ones, and keep them there"),
    showSecrets,
    waitLock,
    events,
    yes,
  },
  exitCodes: [EXIT.deploymentFailed],
  examples: [
    "nasiko local up",
    "nasiko local up --yes --json",
    "nasiko local up --auto-ports",
    "nasiko local up kong mongodb redis nasiko-backend nasiko-web",
    "nasiko local up --profile core,observability --without langtrace",
    "NASIKO_PORT_OFFSET=1000 nasiko --stack second local up",
  ],
});

export const up = defineCommand(spec, () => import("./up.handler.ts"));
