/** With the padding that decoders of other languages insist on. */
export const encodeBase64url = (text: string): string =>
  Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
