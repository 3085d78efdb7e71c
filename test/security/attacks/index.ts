import type { Attack } from "../support/attack.ts";
import { AGENT_ATTACKS } from "./agents.ts";
import { BROWSER_ATTACKS } from "./browsers.ts";
import { BUILD_ATTACKS } from "./builds.ts";
import { IDENTITY_ATTACKS } from "./identity.ts";
import { INPUT_ATTACKS } from "./inputs.ts";
import { MACHINE_ATTACKS } from "./machine.ts";
import { NETWORK_ATTACKS } from "./networks.ts";
import { PATH_ATTACKS } from "./paths.ts";
import { REACH_ATTACKS } from "./reach.ts";
import { TELEMETRY_ATTACKS } from "./telemetry.ts";
import { TENANT_ATTACKS } from "./tenants.ts";
import { TOKEN_ATTACKS } from "./tokens.ts";
import { UPLOAD_ATTACKS } from "./uploads.ts";

/** Everything that is tried on a running stack. An area is a file. */
export const ATTACKS: readonly Attack[] = [
  ...AGENT_ATTACKS,
  ...TOKEN_ATTACKS,
  ...IDENTITY_ATTACKS,
  ...TENANT_ATTACKS,
  ...NETWORK_ATTACKS,
  ...REACH_ATTACKS,
  ...TELEMETRY_ATTACKS,
  ...BROWSER_ATTACKS,
  ...PATH_ATTACKS,
  ...INPUT_ATTACKS,
  ...UPLOAD_ATTACKS,
  ...BUILD_ATTACKS,
  ...MACHINE_ATTACKS,
];
