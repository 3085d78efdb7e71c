import type { Settings } from "../platform/settings/settings.ts";
import type { Strictness } from "./rules/rule.ts";

/** How strict the rules are with a stack: the one called "enterprise" is for others to rely on. */
export const strictnessOf = ({ stack }: Pick<Settings, "stack">): Strictness =>
  stack === "enterprise" ? "enterprise" : "local";
