import type { PropertyValue } from "../../core/values.ts";

/** What a changed field does to a resource that exists. */
export type Effect =
  /** It has to be recreated: the engine offers no way to change it in place. */
  | "replace"
  /** It is changed in place. */
  | "update"
  /** Nothing outside depends on it any more; only the record changes. */
  | "record";

type Meaning = (text: string) => string;

/** The shape of a value. Blocks name their fields, so that a misspelt or unknown one is refused. */
export type Shape =
  | {
      readonly kind: "text";
      readonly pattern?: RegExp;
      readonly expected?: string;
      /** Equal for texts that mean the same. @default the text itself */ readonly meaning?: Meaning;
    }
  | { readonly kind: "integer"; readonly minimum?: number }
  | { readonly kind: "flag" }
  | {
      readonly kind: "list";
      readonly of: Shape;
      /** Order carries no meaning. */ readonly unordered: boolean;
    }
  | { readonly kind: "map"; readonly of: Shape }
  | { readonly kind: "block"; readonly fields: Readonly<Record<string, BlockField>> };

/** A field of a nested block. */
export interface BlockField {
  readonly shape: Shape;
  readonly required?: boolean;
  /** Filled in when absent, and then listed under `__defaults`. */
  readonly default?: PropertyValue;
  /** Set when we do not implement it; why. */
  readonly refused?: string;
}

/** A field of a resource: besides its shape, what a change of it does, and why. */
export interface Field extends BlockField {
  readonly effect: Effect;
  readonly reason: string;
  /** An update can set it but not take it away again, so removing it replaces. */
  readonly sticky?: boolean;
}

export type Fields = Readonly<Record<string, Field>>;

export const text: Shape = { kind: "text" };
/** @param expected what the pattern means, for people, e.g. `a mode such as "0400"`
 *  @param meaning the same for texts that differ only in how they are written */
export const textLike = (pattern: RegExp, expected: string, meaning?: Meaning): Shape => ({
  kind: "text",
  pattern,
  expected,
  ...(meaning === undefined ? {} : { meaning }),
});
export const oneOf = (...allowed: readonly string[]): Shape =>
  textLike(new RegExp(`^(?:${allowed.join("|")})$`), `one of ${allowed.join(", ")}`);
export const integer: Shape = { kind: "integer" };
export const atLeast = (minimum: number): Shape => ({ kind: "integer", minimum });
export const flag: Shape = { kind: "flag" };
export const list = (of: Shape): Shape => ({ kind: "list", of, unordered: false });
/** A list whose order carries no meaning. */
export const set = (of: Shape): Shape => ({ kind: "list", of, unordered: true });
export const map = (of: Shape): Shape => ({ kind: "map", of });
export const block = (fields: Readonly<Record<string, BlockField>>): Shape => ({ kind: "block", fields });

type FieldOptions = Omit<BlockField, "shape"> & { readonly sticky?: boolean };

/** A field whose change replaces the resource. */
export const replaces = (shape: Shape, reason: string, options: FieldOptions = {}): Field => ({
  shape,
  effect: "replace",
  reason,
  ...options,
});
/** A field whose change is applied in place. */
export const updates = (shape: Shape, reason: string, options: FieldOptions = {}): Field => ({
  shape,
  effect: "update",
  reason,
  ...options,
});
/** A field that only the record carries. */
export const records = (shape: Shape, reason: string, options: FieldOptions = {}): Field => ({
  shape,
  effect: "record",
  reason,
  ...options,
});
/** A field of the SDK that we refuse by name. */
export const refused = (why: string): Field => ({
  shape: text,
  effect: "replace",
  reason: why,
  refused: why,
});
