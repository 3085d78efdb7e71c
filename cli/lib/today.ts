/** The day in UTC, which waivers are dated by. @example today() // "2026-11-24" */
export const today = (): string => new Date().toISOString().slice(0, "2026-11-24".length);
