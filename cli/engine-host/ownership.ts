import type { OwnershipLabels } from "../../engine/providers/docker/ownership.ts";
import { LABEL } from "../../platform/blueprint/labels.ts";

/** By which labels the embedded engine tells our objects from others. */
export const OWNERSHIP: OwnershipLabels = {
  stack: LABEL.stack,
  identity: [LABEL.stack, LABEL.service, LABEL.agent],
};
