import type { Handler } from "./define-command.ts";
import type { spec } from "./logout.ts";
import { createTokenStore } from "../stack/session/token-store.ts";

export const handler: Handler<typeof spec> = async ({ stack, home }) => {
  const store = createTokenStore(home, stack);
  const wasLoggedIn = (await store.read()) !== undefined;
  await store.remove();
  return {
    exitCode: 0,
    text: wasLoggedIn ? `Logged out of stack ${stack}.` : `Nobody was logged in to stack ${stack}.`,
    json: { ok: true, stack, wasLoggedIn },
  };
};
