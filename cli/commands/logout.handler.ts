import type { Handler } from "./command.ts";
import { createTokenStore } from "../features/access/token-store.ts";

export const handler: Handler = async ({ stack, home }) => {
  const store = createTokenStore(home, stack);
  const wasLoggedIn = (await store.read()) !== undefined;
  await store.remove();
  return {
    exitCode: 0,
    text: wasLoggedIn ? `Logged out of stack ${stack}.` : `Nobody was logged in to stack ${stack}.`,
    json: { ok: true, stack, wasLoggedIn },
  };
};
