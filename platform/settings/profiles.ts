/** Groups of services that people switch on and off together. */
export const PROFILES = ["core", "observability", "models", "automation"] as const;
export type Profile = (typeof PROFILES)[number];
