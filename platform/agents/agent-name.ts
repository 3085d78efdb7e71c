/**
 * The name an agent has on the platform. Names are DNS labels, which know no upper case; whoever wrote `Translator`
 * for another platform means `translator`.
 */
export const agentName = (given: string): string => given.toLowerCase();

/** A name that can be used, made of one that cannot, for suggestions. @example suggestName("My_Agent") // "my-agent" */
export const suggestName = (given: string): string =>
  given
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|(?<!-)-+$/g, "") || "agent";
