import { defineError } from "../../../platform/errors/define-error.ts";
import { AUTH_SERVICE } from "../../../platform/services/auth-settings.ts";
import type { AuthMode } from "../../../platform/settings/settings.ts";
import type { CommandContext } from "../context.ts";
import { stackSnapshot } from "../state/deployment.ts";

const authWouldEnd = defineError("NSK-AUTH-WOULD-END", {
  exitCode: 10,
  sentence: ({ stack }: { readonly stack: string }) =>
    `Stack ${stack} is in mode enterprise, and nothing says that it shall stay so.`,
  detail: () =>
    "Without AUTH_MODE it would be simple: every agent open to everybody who reaches the gateway. Nothing was changed.",
  suggestion: () =>
    "AUTH_MODE=enterprise ./nasiko local up   # or AUTH_MODE=simple, to take authentication away",
});

/** The mode that the stack was last brought up in; undefined when it never was. */
async function recordedMode(context: CommandContext): Promise<AuthMode | undefined> {
  const snapshot = await stackSnapshot(context);
  if (snapshot === undefined) return undefined;
  // Also after a switch that failed half way: as long as a part of it is there, nobody takes it away by mistake.
  const hasAuth = snapshot.resources.some(({ name }) => name === AUTH_SERVICE);
  if (hasAuth || snapshot.outputs["authMode"] === "enterprise") return "enterprise";
  return snapshot.outputs["authMode"] === "simple" ? "simple" : undefined;
}

/** Whether an enterprise stack is about to be read or planned as a simple one, because nobody said otherwise. */
async function isForgotten(context: CommandContext): Promise<boolean> {
  const { origins } = await context.settings();
  return origins.authMode.source === "default" && (await recordedMode(context)) === "enterprise";
}

/**
 * Stack config that keeps the recorded mode where no place sets one, for commands that look at a stack or stop it.
 * What changes a stack refuses instead: see {@link refuseForgottenMode}.
 */
export async function rememberedMode(context: CommandContext): Promise<Readonly<Record<string, string>>> {
  return (await isForgotten(context)) ? { "nasiko:authMode": "enterprise" } : {};
}

/** @throws NSK-AUTH-WOULD-END when a forgotten variable would take authentication away */
export async function refuseForgottenMode(context: CommandContext): Promise<void> {
  if (await isForgotten(context)) throw authWouldEnd({ stack: context.stack });
}
