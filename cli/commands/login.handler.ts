import type { Handler } from "./define-command.ts";
import type { spec } from "./login.ts";
import { readCredentials } from "../features/access/read-credentials.ts";
import { openAccess } from "../features/access/session.ts";

export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { stack } = context;
  const { client, store } = await openAccess(context);
  const { token, expires_in, username } = await client.login(await readCredentials(context, options));
  const expiresAt = Date.now() + expires_in * 1000;
  const place = await store.write(JSON.stringify({ token, username, expiresAt }));
  const until = new Date(expiresAt).toISOString();
  return {
    exitCode: 0,
    text: `Logged in to stack ${stack} as ${username} until ${until}; the token is in ${PLACES[place]}.`,
    json: { ok: true, stack, username, until, place },
  };
};

const PLACES = { keyring: "the system's keyring", file: "a file that only you can read" } as const;
