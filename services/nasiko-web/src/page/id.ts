/** A random id. `crypto.randomUUID` exists on secure pages only, and this one may be opened over plain HTTP. */
export const newId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
