import { expect } from "vitest";

/** vitest types its asymmetric matchers as `any`; here they are values that nobody looks into. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
export const anyText = (): unknown => expect.any(String);
export const objectWith = (fields: object): unknown => expect.objectContaining(fields);
