import { type Document, isNode, LineCounter, parseDocument, isScalar, visit } from "yaml";

import { MOST_ALIASES, yamlProblem } from "../../engine/formats/yaml-limits.ts";

/** A YAML or JSON file as data, and where each part of it stands. */
export interface LocatedDocument {
  /** Numbers are texts, as they are written: no digit of an id or a version is lost. */
  readonly data: unknown;
  /** Whether the part was written without quotes and reads as something else than its letters, e.g. 007 or 1e3. */
  readonly isAmbiguous: (path: readonly PropertyKey[]) => boolean;
  /** Line of a part, or of the nearest thing around it that is there; from 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
  /** What keeps it from being read at all. */
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
}

export function readDocument(text: string): LocatedDocument {
  const problem = yamlProblem(text);
  if (problem !== undefined)
    return { data: undefined, errors: [problem], isAmbiguous: () => false, lineOf: () => problem.line };
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false, logLevel: "error" });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === "number" && node.source !== undefined) node.value = node.source;
    },
  });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const errors = document.errors.map(({ message, pos }) => ({ line: lineAt(pos[0]), reason: message }));
  const { data, reason } = errors.length === 0 ? dataOf(document) : {};
  return {
    data,
    errors: reason === undefined ? errors : [{ line: 1, reason }],
    isAmbiguous: (path) => {
      const node = document.getIn(path, true);
      return isScalar(node) && node.type === "PLAIN" && isOdd(node.source ?? "");
    },
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lineAt(node.range[0]);
      }
      return 1;
    },
  };
}

/** Aliases are only looked up here, and what they stand for is counted. */
function dataOf(document: Document.Parsed): { readonly data?: unknown; readonly reason?: string } {
  try {
    return { data: document.toJS({ maxAliasCount: MOST_ALIASES }) };
  } catch (error) {
    // The library's own words, e.g. for an alias of nothing, or of more than is allowed.
    return {
      reason: `its aliases cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/** What other readers of YAML take for a number or a date, and write in another way. */
const isOdd = (text: string): boolean =>
  (/^[-+]?(?:\.?\d|\.inf|\.nan)/i.test(text) &&
    !/^-?(?:0|[1-9]\d{0,18})$/.test(text) &&
    !/^-?(?:0|[1-9]\d{0,5})\.\d{0,9}[1-9]$/.test(text) &&
    !Number.isNaN(Number(text.replaceAll("_", "")))) ||
  /^[-+]?\.(?:inf|nan)$/i.test(text) ||
  /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt ])/.test(text);
