import type { Settings, Strictness } from "./settings.ts";

/** How strict the rules are with a stack: as somebody chose, else as its mode of authentication asks for. */
export const strictnessOf = ({
  strictness,
  authMode,
}: Pick<Settings, "strictness" | "authMode">): Strictness =>
  strictness ?? (authMode === "enterprise" ? "strict" : "relaxed");
