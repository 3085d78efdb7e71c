import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cardAt } from "../../../engine/formats/a2a/card-at.ts";
import { readCard } from "../../../engine/formats/a2a/card.ts";
import { type PortClues, portCandidates } from "../../../engine/formats/a2a/ports.ts";
import { cardFileOf } from "../../../engine/formats/agent-files.ts";
import { readFinalStage } from "../../../engine/formats/final-stage.ts";
import { isObject, parseBoundedJson } from "../../lib/json.ts";
import type { AgentCompose } from "./compose.ts";
import { type AgentBuild, readOptional } from "./context.ts";

/** Bytes of a card. */
const LARGEST_FILE = 64 * 1024;
/** As the backend has it. */
const parseCard = (text: string): unknown => parseBoundedJson(text, { values: 5000, depth: 32 });
/** Characters of a card that is kept beside the container; the build proxy takes no more. */
const LARGEST_CARD = 32_768;

const Port = z.coerce.number().int().min(1).max(65535);
/**
 * Labels that say where an agent takes calls, and which card is its own when it shows none: as for agents of the
 * program, from the same files.
 * @param url where people reach it
 */
export async function contactLabels(
  { folder, source }: Pick<AgentBuild, "folder" | "source">,
  compose: AgentCompose | undefined,
  url: string,
): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder);
  const card = await readCardFile(folder, names);
  const [first, ...others] = portCandidates({
    ...(card === undefined ? {} : { card: card.clue }),
    dockerfile: { file: source.name, stage: readFinalStage(source.text) },
    ...(compose === undefined ? {} : { compose: { ...compose, command: compose.command?.join(" ") ?? "" } }),
  });
  const shown = card === undefined ? "" : JSON.stringify(cardAt(card.fields, url));
  return {
    "nasiko.port": String(first.port),
    ...(others.length === 0 ? {} : { "nasiko.other-ports": others.map(({ port }) => port).join(",") }),
    ...(shown === "" || shown.length > LARGEST_CARD ? {} : { "nasiko.card": shown }),
  };
}

async function readCardFile(
  folder: string,
  names: readonly string[],
): Promise<
  | { readonly clue: NonNullable<PortClues["card"]>; readonly fields: Readonly<Record<string, unknown>> }
  | undefined
> {
  const file = cardFileOf(names);
  const text = file === undefined ? undefined : await readOptional(join(folder, file), LARGEST_FILE);
  const value = text === undefined ? undefined : readable(text.replace(/^\uFEFF/, ""), parseCard);
  const content = readCard(value);
  if (file === undefined || content === undefined || !isObject(value)) return undefined;
  const { port, ...fields } = value;
  return {
    clue: { file, content, port: port === undefined ? undefined : Port.safeParse(port).data },
    fields,
  };
}

/** @returns undefined for what cannot be read; the backend has refused such files, or does not need them */
function readable(text: string, parser: (text: string) => unknown): unknown {
  try {
    return parser(text);
  } catch {
    return undefined;
  }
}
