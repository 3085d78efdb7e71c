import type { Credential } from "../../features/up/credentials.ts";
import { type Told, toldWhenUnchanged } from "../../features/up/last-up/last-up.ts";
import { summarizeUnchanged } from "../../features/up/summary.ts";
import type { CommandResult } from "../../lib/command-result.ts";
import type { CommandContext } from "../../stack/context.ts";
import { stackSnapshot } from "../../stack/state/deployment.ts";
import type { Handler, Invocation } from "../define-command.ts";
import type { spec } from "./up.ts";

/** Runs the program, unless nothing at all has changed since the last time: then it would only say so. */
export const handler: Handler<typeof spec> = async (given, { options, args }) => {
  const startedAt = performance.now();
  const context = given.withEnvironment(selectionOf(options, args));
  // Whoever follows the events wants those of a run.
  const unchanged = options.events
    ? undefined
    : await unchangedStack(context, options.showSecrets, startedAt);
  if (unchanged !== undefined) return unchanged;
  const { bringUp } = await import("./bring-up.ts");
  return bringUp(context, options, startedAt);
};

/** What there is to say about a stack of which nothing changed; undefined when a run has to find out. */
async function unchangedStack(
  context: CommandContext,
  showSecrets: boolean,
  startedAt: number,
): Promise<CommandResult | undefined> {
  const told = await toldWhenUnchanged(context);
  if (told === undefined) return undefined;
  const { output, stack } = context;
  for (const note of told.notes) output.note(note);
  // Deriving the key takes a third of a second: only for those who may see what it opens.
  const isOpened = (showSecrets || output.personal) && told.credentials.length > 0;
  const credentials = isOpened ? await openCredentials(context, told) : told.credentials;
  const milliseconds = Math.round(performance.now() - startedAt);
  const result = summarizeUnchanged({
    ...told,
    stack,
    credentials,
    milliseconds,
    colors: output.resultColors,
  });
  return { ...result, json: { ...result.json, movedPorts: [], strays: [] } };
}

async function openCredentials(context: CommandContext, told: Told): Promise<readonly Credential[]> {
  const { readCredentials } = await import("../../features/up/credentials.ts");
  return readCredentials(told, await stackSnapshot(context), true);
}

/** What the command line says about services, in the words of the settings. */
function selectionOf(
  { profile, without }: Invocation<typeof spec>["options"],
  { services }: Invocation<typeof spec>["args"],
): Readonly<Record<string, string>> {
  return {
    ...(services.length > 0 ? { NASIKO_SERVICES: services.join(",") } : {}),
    ...(profile.length > 0 ? { NASIKO_PROFILES: profile.join(",") } : {}),
    ...(without.length > 0 ? { NASIKO_WITHOUT: without.join(",") } : {}),
  };
}
