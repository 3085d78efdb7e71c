/**
 * In place of the package "openai", of which its instrumentation wants one class to tell its promises by. A program may
 * have loaded the package twice, for `require` and for `import`, with a class each: this one knows the promises of both.
 */
export const APIPromise = {
  [Symbol.hasInstance]: (value: unknown): boolean =>
    value instanceof Promise && "_thenUnwrap" in value && typeof value._thenUnwrap === "function",
};
