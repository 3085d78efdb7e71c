import { z } from "zod";

import type { CommandContext } from "../../stack/context.ts";
import { askGateway } from "../../stack/gateway/ask-gateway.ts";
import { gatewayAbsent } from "../../stack/gateway/errors.ts";
import { gatewayUrl } from "../../stack/gateway/gateway-url.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { type AuthClient, createAuthClient } from "./auth-client.ts";
import { createTokenStore, type TokenStore } from "./token-store.ts";

const Session = z.object({ token: z.string(), username: z.string(), expiresAt: z.number() });
/** Who is logged in. `expiresAt` is in milliseconds since the epoch. */
export type Session = z.output<typeof Session>;

/** A stack's authentication service, as the user whose token is kept. */
export interface Access {
  readonly client: AuthClient;
  readonly session: Session | undefined;
  readonly store: TokenStore;
}

/** @throws NSK-GATEWAY-ABSENT when the stack has no gateway to ask */
export async function openAccess(context: CommandContext): Promise<Access> {
  const { stack, home } = context;
  const gateway = gatewayUrl(await blueprintOf(context));
  if (gateway === undefined) throw gatewayAbsent({ stack });
  const store = createTokenStore(home, stack);
  const session = readSession(await store.read());
  const ask: Parameters<typeof createAuthClient>[0]["ask"] = (request) =>
    askGateway(gateway, { ...request, confidential: true });
  return { client: createAuthClient({ stack, token: session?.token, ask }), session, store };
}

/** What cannot be read is as good as nothing: the next login writes it again. */
function readSession(text: string | undefined): Session | undefined {
  if (text === undefined) return undefined;
  try {
    return Session.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
