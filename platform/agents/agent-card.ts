import { z } from "zod";

import { type AgentCard as A2aCard, readCard } from "../../engine/formats/a2a/card.ts";
import { agentFileInvalid } from "./errors.ts";
import type { NasikoError } from "../errors/define-error.ts";
import { readDocument } from "./located-document.ts";

/** What is checked of AgentCard.json; the rest is read as far as it makes sense. */
const Card = z.looseObject({
  name: z.string("name is no text").regex(/\S/, "name is empty").optional(),
  version: z.string("version is no text").optional(),
  port: z
    .int("port is no whole number")
    .min(1, "port is below 1")
    .max(65535, "port is above 65535")
    .optional(),
});

/** A card as a file. */
export interface AgentCard {
  /** A field of our own: where the agent listens, whatever its addresses say. */
  readonly port: number | undefined;
  /** Undefined when it names no agent. */
  readonly content: A2aCard | undefined;
  /** Everything that it holds. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface CardReading {
  /** Undefined when it cannot be used. */
  readonly card: AgentCard | undefined;
  readonly problems: readonly NasikoError[];
}

/** @param path for the messages, relative to the checkout */
export function readAgentCard(path: string, text: string): CardReading {
  const refuse = (line: number, reason: string): NasikoError =>
    agentFileInvalid({
      path,
      line,
      reason,
      suggestion: `Correct ${path}; what a card holds: https://a2a-protocol.org/latest/specification/`,
    });
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const { line, reason } = describeSyntaxError(text, error);
    return { card: undefined, problems: [refuse(line, `it is no JSON: ${reason}`)] };
  }
  const parsed = Card.safeParse(data);
  if (parsed.success) {
    const { port, ...fields } = parsed.data;
    return { card: { port, content: readCard(fields), fields }, problems: [] };
  }
  const { lineOf } = readDocument(text);
  const problems = parsed.error.issues.map(({ path: where, message }) =>
    refuse(lineOf(where), where.length === 0 ? "it is no JSON object" : message),
  );
  return { card: undefined, problems };
}

/** V8 says where in one of three ways, depending on how long the text is. */
function describeSyntaxError(
  text: string,
  error: unknown,
): { readonly line: number; readonly reason: string } {
  const message = error instanceof Error ? error.message : String(error);
  const position = /at position (\d+)/.exec(message)?.[1];
  const line = /\(line (\d+) column \d+\)/.exec(message)?.[1];
  const upTo = position === undefined ? text : text.slice(0, Number(position));
  return {
    line: line === undefined ? upTo.trimEnd().split("\n").length : Number(line),
    reason: message
      .replace(/ in JSON at position.*$/s, "")
      .replace(/, "?(?:\.\.\.)?[\s\S]* is not valid JSON$/, ""),
  };
}
