import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two secrets are the same; takes the same time wherever they differ. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
