import { BOUNDARIES } from "./boundaries.ts";
import type { Check } from "./check.ts";
import { ENTERPRISE_ROWS } from "./enterprise-rows.ts";
import { ISOLATION } from "./isolation.ts";
import { SIMPLE_ROWS } from "./simple-rows.ts";

const MODES: Check = {
  id: "20",
  mode: "both",
  asked: "AUTH_MODE=neither",
  expected: "refused before anything changes",
  look: async ({ refusalOf }) => {
    const code = await refusalOf("neither");
    return { ok: code !== undefined, came: code ?? "taken" };
  },
};

/** The table of modes, row by row, and the checks of who and what gets where. */
export const CHECKS: readonly Check[] = [
  ...SIMPLE_ROWS,
  ...ENTERPRISE_ROWS,
  MODES,
  ...ISOLATION,
  ...BOUNDARIES,
];
