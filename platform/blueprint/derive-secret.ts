import { createHmac } from "node:crypto";

/** A secret for one member, from which the secret that it comes from cannot be told: HMAC-SHA256, in hex. */
export const deriveSecret = (from: string, message: string): string =>
  createHmac("sha256", from).update(message).digest("hex");
