import { z } from "zod";

import { agentFileInvalid } from "./errors.ts";
import type { NasikoError } from "../errors/define-error.ts";
import { readDocument } from "./located-document.ts";

/** The port that agents listen on when their card says nothing else. */
export const DEFAULT_PORT = 5000;

/** As much of AgentCard.json as the platform acts on; the agent itself serves the card. */
const Card = z.looseObject({
  name: z.string("name is no text").regex(/\S/, "name is empty").optional(),
  version: z.string("version is no text").optional(),
  port: z
    .int("port is no whole number")
    .min(1, "port is below 1")
    .max(65535, "port is above 65535")
    .default(DEFAULT_PORT),
});

export type AgentCard = Readonly<z.output<typeof Card>>;

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
  if (parsed.success) return { card: parsed.data, problems: [] };
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
