import { z } from "zod";

import type { TokenStore } from "./token-store.ts";

const Session = z.object({ token: z.string(), username: z.string(), expiresAt: z.number() });
/** Who is logged in. `expiresAt` is in milliseconds since the epoch. */
export type Session = z.output<typeof Session>;

/** What the last login left. What cannot be read is as good as nothing: the next login writes it again. */
export async function keptSession(store: TokenStore): Promise<Session | undefined> {
  const text = await store.read();
  if (text === undefined) return undefined;
  try {
    return Session.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
