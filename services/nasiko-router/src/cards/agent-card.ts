import { z } from "zod";

/** The parts of a card that are compared with a query. */
export interface AgentText {
  readonly names: readonly string[];
  readonly tags: readonly string[];
  readonly examples: readonly string[];
  readonly descriptions: readonly string[];
}

const text = z.string().catch("");
const texts = z.array(z.string()).catch([]);

const skill = z.object({ id: text, name: text, description: text, tags: texts, examples: texts });

/** A card as far as it matters here; what else it says, and what it says wrongly, is left out. */
const agentCard = z.object({
  name: z.string().trim().min(1),
  description: text,
  version: text,
  protocolVersion: text,
  tags: texts,
  skills: z.array(z.unknown()).catch([]),
  supportedInterfaces: z.array(z.object({ protocolVersion: text })).catch([]),
});

export type Skill = z.output<typeof skill>;

/** Versions of A2A that are spoken here. */
export type Protocol = "0.3" | "1.0";

export interface AgentCard {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly skills: readonly Skill[];
  /** Which words the agent is addressed in; the older ones when it understands both. */
  readonly protocol: Protocol;
}

/** Reads a card, or undefined when it is none: no object, or without a name. */
export function readCard(value: unknown): AgentCard | undefined {
  const parsed = agentCard.safeParse(value);
  if (!parsed.success) return undefined;
  const { name, description, version, tags, skills, protocolVersion, supportedInterfaces } = parsed.data;
  const versions = [protocolVersion, ...supportedInterfaces.map((entry) => entry.protocolVersion)].filter(
    (entry) => entry !== "",
  );
  const speaksOlder = versions.length === 0 || versions.some((entry) => entry.startsWith("0."));
  return {
    name,
    description,
    version,
    tags,
    skills: skills
      .map((entry) => skill.safeParse(entry))
      .flatMap(({ data }) => (data === undefined ? [] : [data])),
    protocol: speaksOlder ? "0.3" : "1.0",
  };
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
