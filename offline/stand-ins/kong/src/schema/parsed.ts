/** What is wrong with a value: a sentence, or sentences by field name (positions in lists count from 1). */
export type Issue = string | Issues;
export interface Issues {
  readonly [field: string]: Issue;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issue: Issue };

export const valid = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const invalid = (issue: Issue): Parsed<never> => ({ ok: false, issue });
