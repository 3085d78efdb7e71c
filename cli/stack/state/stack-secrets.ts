import { revealAll } from "../../../engine/core/values.ts";
import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "./deployment.ts";

const PASSWORD_TYPE = "random:index/randomPassword:RandomPassword";

/**
 * The generated secrets of the stack, by purpose; none when it was never brought up.
 * @throws NSK-PASSPHRASE-WRONG
 */
export async function stackSecrets(context: CommandContext): Promise<ReadonlyMap<string, string>> {
  const snapshot = await stackSnapshot(context);
  if (snapshot === undefined) return new Map();
  const passwords = snapshot.resources.filter(({ type }) => type === PASSWORD_TYPE);
  const opened = await Promise.all(passwords.map((resource) => snapshot.open(resource)));
  return new Map(
    opened.flatMap(({ name, outputs }) => {
      const result = revealAll(outputs)["result"];
      return typeof result === "string" ? [[name, result] as const] : [];
    }),
  );
}
