import type { AgentCard } from "../../../../engine/formats/a2a/card.ts";

/** The parts of a card that are compared with a query. */
export interface AgentText {
  readonly names: readonly string[];
  readonly tags: readonly string[];
  readonly examples: readonly string[];
  readonly descriptions: readonly string[];
}

/** What of a card is searched. */
export const cardText = ({ name, description, tags, skills }: AgentCard): AgentText => ({
  names: [name, ...skills.flatMap((entry) => [entry.name, entry.id])],
  tags: [...tags, ...skills.flatMap((entry) => entry.tags)],
  examples: skills.flatMap((entry) => entry.examples),
  descriptions: [description, ...skills.map((entry) => entry.description)],
});

/** A card in a few lines, for a model that has to choose. */
export function cardSummary({ name, description, skills }: AgentCard): string {
  const lines = skills.slice(0, 8).map((entry) => {
    const tags = entry.tags.length === 0 ? "" : ` (${entry.tags.slice(0, 8).join(", ")})`;
    return `- ${entry.name}: ${entry.description}${tags}`;
  });
  return [`${name}: ${description}`, ...lines].join("\n").slice(0, 1500);
}
