import type { BaseName } from "./base-recipes.ts";
import { equivalentsIn } from "../../engine/formats/equivalents.ts";
import { findExternalImages, replaceImages } from "../../engine/formats/external-images.ts";
import { equivalentOf, noteOnBase, PUBLIC_BASES } from "./public-bases.ts";

export interface BaseMapping {
  readonly from: string;
  readonly to: string;
  /** What an author should know of it. @default it is what was asked for */
  readonly note?: string;
}

/** An image that is neither there nor can be made. */
export interface UnknownBase {
  readonly reference: string;
  readonly line: number;
  /** Why what would be there does not do. @default nothing is there in its place */
  readonly why?: string;
}

export interface MappedDockerfile {
  /** The Dockerfile with our bases in place of the public ones; every other byte is as it was. */
  readonly text: string;
  /** What was put in place of what, each pair once, in the order of the file. */
  readonly mappings: readonly BaseMapping[];
  readonly bases: readonly BaseName[];
  /** Images without an equivalent. */
  readonly unknown: readonly UnknownBase[];
  readonly stages: number;
  readonly unresolved: readonly { readonly mention: string; readonly line: number }[];
}

/**
 * Puts our bases in the place of well-known public ones.
 * @param references full reference per base, e.g. "localhost/nasiko/base-node:0123456789ab"
 * @param args build arguments, which may decide what a FROM line means
 */
export function mapBases(
  dockerfile: string,
  references: Readonly<Record<BaseName, string>>,
  args: Readonly<Record<string, string>> = {},
): MappedDockerfile {
  const { images, stages, unresolved } = findExternalImages(dockerfile, args);
  const baseOf = equivalentsIn(dockerfile, PUBLIC_BASES);
  const known = new Map(
    images.flatMap(({ reference }) => {
      const entry = baseOf(reference);
      return entry === undefined ? [] : [[reference, entry] as const];
    }),
  );
  return {
    text: replaceImages(dockerfile, images, (reference) => {
      const base = known.get(reference)?.base;
      return base && references[base];
    }),
    mappings: [...known].map(([from, entry]) => {
      const note = noteOnBase(from, entry);
      return { from, to: references[entry.base], ...(note === undefined ? {} : { note }) };
    }),
    bases: [...new Set([...known.values()].map(({ base }) => base))],
    unknown: images
      .filter(({ reference }) => !known.has(reference))
      .map(({ reference, line }) => ({
        ...{ reference, line },
        ...(equivalentOf(reference) === undefined ? {} : { why: "ours is Debian, and the file runs apk" }),
      })),
    stages,
    unresolved,
  };
}
