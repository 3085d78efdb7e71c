import type { BaseName } from "./base-recipes.ts";
import { findExternalImages, replaceImages } from "../../engine/formats/external-images.ts";
import { equivalentBase } from "./public-bases.ts";

export interface BaseMapping {
  readonly from: string;
  readonly to: string;
}

export interface MappedDockerfile {
  /** The Dockerfile with our bases in place of the public ones; every other byte is as it was. */
  readonly text: string;
  /** What was put in place of what, each pair once, in the order of the file. */
  readonly mappings: readonly BaseMapping[];
  readonly bases: readonly BaseName[];
  /** Images without an equivalent. */
  readonly unknown: readonly { readonly reference: string; readonly line: number }[];
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
  const known = images.flatMap(({ reference }) => {
    const base = equivalentBase(reference);
    return base === undefined ? [] : [{ base, from: reference, to: references[base] }];
  });
  const mapped = new Map(known.map(({ from, to }) => [from, to]));
  return {
    text: replaceImages(dockerfile, images, (reference) => mapped.get(reference)),
    mappings: [...mapped].map(([from, to]) => ({ from, to })),
    bases: [...new Set(known.map(({ base }) => base))],
    unknown: images
      .filter(({ reference }) => !mapped.has(reference))
      .map(({ reference, line }) => ({ reference, line })),
    stages,
    unresolved,
  };
}
