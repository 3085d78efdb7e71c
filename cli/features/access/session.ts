import type { CommandContext } from "../../stack/context.ts";
import { askGateway } from "../../stack/gateway/ask-gateway.ts";
import { gatewayAbsent } from "../../stack/gateway/errors.ts";
import { gatewayUrl } from "../../stack/gateway/gateway-url.ts";
import { blueprintOf } from "../../stack/blueprint/blueprint.ts";
import { keptSession, type Session } from "../../stack/session/kept-session.ts";
import { createTokenStore, type TokenStore } from "../../stack/session/token-store.ts";
import { type AuthClient, createAuthClient } from "./auth-client.ts";

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
  const session = await keptSession(store);
  const ask: Parameters<typeof createAuthClient>[0]["ask"] = (request) =>
    askGateway(gateway, { ...request, confidential: true });
  return { client: createAuthClient({ stack, token: session?.token, ask }), session, store };
}
