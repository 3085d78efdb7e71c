/** How much of a version people need to see to tell one from another. */
export const shortVersion = (version: string): string => version.slice(0, 8);
