import type { Setting } from "../../../platform/settings/define-setting.ts";
import { SETTINGS } from "../../../platform/settings/settings.ts";
import type { CommandContext } from "../../stack/context.ts";
import { readPassphrase } from "../../stack/home/home.ts";
import { keptSession } from "../../stack/session/kept-session.ts";
import { createTokenStore } from "../../stack/session/token-store.ts";
import { stackSecrets } from "../../stack/state/stack-secrets.ts";
import { textsIn } from "../../lib/redact.ts";

/**
 * Every secret that this machine knows of a stack: generated ones, those of its config and settings, the passphrase and
 * the token of the last login. What cannot be read holds nothing up: whatever looks like a secret goes anyway.
 */
export async function knownSecrets(context: CommandContext): Promise<readonly string[]> {
  const sources: readonly (() => Promise<readonly string[]>)[] = [
    async () => [...(await stackSecrets(context)).values()],
    () => Promise.resolve([readPassphrase(context.home)]),
    async () => {
      const { values, secretKeys } = await context.stackConfig();
      return secretKeys.flatMap((key) => structured(values[key] ?? ""));
    },
    async () => {
      const { origins } = await context.settings();
      return Object.entries<Setting<unknown>>(SETTINGS).flatMap(([name, { secret }]) => {
        // Object.entries forgets that the names are those of the table.
        const { text = "" } = origins[name as keyof typeof SETTINGS];
        return secret === true ? structured(text) : [];
      });
    },
    async () => {
      const session = await keptSession(createTokenStore(context.home, context.stack));
      return session === undefined ? [] : [session.token];
    },
  ];
  const found = await Promise.all(sources.map((read) => attempt(read)));
  return found.flat();
}

async function attempt(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch {
    return [];
  }
}

/** A text, and all that it holds when it is JSON. */
function structured(text: string): readonly string[] {
  try {
    return [text, ...textsIn(JSON.parse(text))];
  } catch {
    return [text];
  }
}
