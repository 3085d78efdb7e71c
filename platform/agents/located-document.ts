import { isNode, LineCounter, parseDocument } from "yaml";

/** A YAML or JSON file as data, and where each part of it stands. */
export interface LocatedDocument {
  readonly data: unknown;
  /** Line of a part, or of the nearest thing around it that is there; from 1. */
  readonly lineOf: (path: readonly PropertyKey[]) => number;
  /** What keeps it from being read at all. */
  readonly errors: readonly { readonly line: number; readonly reason: string }[];
}

export function readDocument(text: string): LocatedDocument {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const errors = document.errors.map(({ message, pos }) => ({ line: lineAt(pos[0]), reason: message }));
  return {
    data: errors.length === 0 ? document.toJS() : undefined,
    errors,
    lineOf: (path) => {
      for (let length = path.length; length > 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lineAt(node.range[0]);
      }
      return 1;
    },
  };
}
