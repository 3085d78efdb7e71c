import { z } from "zod";

/** Where agents publish their card: today's path, and the one of A2A before 0.3. */
export const CARD_PATHS = ["/.well-known/agent-card.json", "/.well-known/agent.json"] as const;

const text = z.string().catch("");
const texts = z.array(z.string()).catch([]);
const list = z.array(z.unknown()).catch([]);

const Skill = z.object({ id: text, name: text, description: text, tags: texts, examples: texts });
const Interface = z.object({ url: text, protocolBinding: text, transport: text, protocolVersion: text });

/** A card as far as it matters here; what else it says, and what it says wrongly, is left out. */
const Card = z.object({
  name: z.string().trim().min(1),
  description: text,
  version: text,
  tags: texts,
  skills: list,
  /** Until 0.3 a card has one address, the transport that is spoken there, and perhaps more of both. */
  url: text,
  preferredTransport: text,
  additionalInterfaces: list,
  protocolVersion: text,
  /** From 1.0 on, each with its own version. */
  supportedInterfaces: list,
});

export type Skill = Readonly<z.output<typeof Skill>>;

/** An address of an agent, and what is spoken there. */
export interface AgentInterface {
  /** As the card has it, e.g. "http://localhost:9999/a2a"; may be empty. */
  readonly url: string;
  /** In A2A's own words: "JSONRPC", "GRPC", "HTTP+JSON", or what else a card says. */
  readonly binding: string;
  /** Version of A2A, e.g. "0.2.9" or "1.0". */
  readonly version: string;
}

/** What an agent says about itself, in the terms of no particular version of A2A. */
export interface AgentCard {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly tags: readonly string[];
  readonly skills: readonly Skill[];
  /** In the order of the card; never empty. */
  readonly interfaces: readonly AgentInterface[];
}

/**
 * Reads a card of A2A 0.2, 0.3 or 1.0.
 * @returns undefined when it is none: no object, or without a name
 */
export function readCard(value: unknown): AgentCard | undefined {
  const parsed = Card.safeParse(value);
  if (!parsed.success) return undefined;
  const { name, description, version, tags, skills } = parsed.data;
  return {
    name,
    description,
    version,
    tags,
    skills: allOf(Skill, skills),
    interfaces: interfacesOf(parsed.data),
  };
}

function interfacesOf(card: z.output<typeof Card>): readonly AgentInterface[] {
  const { url, preferredTransport, protocolVersion } = card;
  const read = (entries: readonly unknown[], version: string): readonly AgentInterface[] =>
    allOf(Interface, entries).map((entry) => ({
      url: entry.url,
      binding: bindingOf(entry.protocolBinding, entry.transport),
      version: firstOf(entry.protocolVersion, protocolVersion, version),
    }));
  const supported = read(card.supportedInterfaces, "1.0");
  // An agent that serves callers of both kinds says it in both ways.
  if (supported.length > 0 && (url === "" || protocolVersion === "")) return supported;
  const older = firstOf(protocolVersion, "0.3");
  const main = { url, binding: bindingOf(preferredTransport), version: older };
  const others = read(card.additionalInterfaces, older).filter((other) => other.binding !== main.binding);
  return [...supported, main, ...others];
}

const allOf = <Item extends z.ZodType>(item: Item, entries: readonly unknown[]): readonly z.output<Item>[] =>
  entries.flatMap((entry) => {
    const { data } = item.safeParse(entry);
    return data === undefined ? [] : [data];
  });

const firstOf = (...texts_: readonly string[]): string => texts_.find((one) => one.trim() !== "") ?? "";

/** JSON-RPC is what a card without a word about it means. */
function bindingOf(...said: readonly string[]): string {
  const binding = firstOf(...said, "JSONRPC").toUpperCase();
  return BINDINGS[binding.replace(/[^A-Z]/g, "")] ?? binding;
}

/** Spellings that are in use, without what is no letter. */
const BINDINGS: Readonly<Record<string, string>> = {
  JSONRPC: "JSONRPC",
  GRPC: "GRPC",
  HTTPJSON: "HTTP+JSON",
  REST: "HTTP+JSON",
};
