import type { BaseName } from "./base-recipes.ts";
import { findExternalImages } from "./external-images.ts";
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
 * @param references full reference per base, e.g. "nasiko/base-node:0123456789ab"
 * @param args build arguments, which may decide what a FROM line means
 */
export function mapBases(
  dockerfile: string,
  references: Readonly<Record<BaseName, string>>,
  args: Readonly<Record<string, string>> = {},
): MappedDockerfile {
  const { images, stages, unresolved } = findExternalImages(dockerfile, args);
  const unknown: { reference: string; line: number }[] = [];
  const mappings = new Map<string, string>();
  const bases = new Set<BaseName>();
  let text = "";
  let copied = 0;
  for (const { reference, line, start, end } of images) {
    const base = equivalentBase(reference);
    if (base === undefined) {
      unknown.push({ reference, line });
      continue;
    }
    text += dockerfile.slice(copied, start) + references[base];
    copied = end;
    mappings.set(reference, references[base]);
    bases.add(base);
  }
  return {
    text: text + dockerfile.slice(copied),
    mappings: [...mappings].map(([from, to]) => ({ from, to })),
    bases: [...bases],
    unknown,
    stages,
    unresolved,
  };
}
