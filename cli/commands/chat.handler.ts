import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

import type { Blueprint } from "../../platform/blueprint/blueprint.ts";
import { askRouter, type Reply } from "../features/chat/ask-router.ts";
import { questionMissing } from "../features/chat/errors.ts";
import { wholeTrace } from "../features/chat/hops.ts";
import type { RouterEvent } from "../features/chat/router-events.ts";
import type { CommandResult } from "../lib/command-result.ts";
import { askText } from "../render/ask.ts";
import { isAttended } from "../render/terminal.ts";
import { blueprintOf } from "../stack/blueprint/blueprint.ts";
import type { CommandContext } from "../stack/context.ts";
import { gatewayAbsent } from "../stack/gateway/errors.ts";
import { gatewayUrl } from "../stack/gateway/gateway-url.ts";
import { keptSession } from "../stack/session/kept-session.ts";
import { createTokenStore } from "../stack/session/token-store.ts";
import { traceAsJson, traceAsText } from "../stack/traces/show-trace.ts";
import type { Span } from "../stack/traces/span.ts";
import { traceStoreOf } from "../stack/traces/trace-store.ts";
import type { Handler } from "./define-command.ts";
import type { spec } from "./chat.ts";

/** The question was not answered. */
const UNANSWERED = 68;

/** One question, or one after the other where somebody types them; all of them in one session. */
export const handler: Handler<typeof spec> = async (context, { args, options }) => {
  const blueprint = await blueprintOf(context);
  const [first, ...others] = args.words;
  // A question without quotes is several words, too; uploaded agents are known to the gateway alone.
  const isAgent = others.length === 1 || blueprint.agents.some(({ name }) => name === first);
  const agent = isAgent && others.length > 0 ? first : undefined;
  const given = (agent === undefined ? args.words : others).join(" ");
  const talk = await openTalk(context, blueprint, { agent, session: options.session ?? randomUUID() });
  if (given !== "") return talk(given);
  if (!isAttended(context.terminal)) {
    const piped = (await text(context.terminal.stdin)).trim();
    if (piped === "") throw questionMissing(undefined);
    return talk(piped);
  }
  let last: CommandResult | undefined;
  for (;;) {
    const typed = (await askText(context.terminal, "Your question", "leave with Ctrl-C"))?.trim();
    if (typed === undefined || typed === "") break;
    if (last !== undefined) context.output.result(last);
    last = await talk(typed);
  }
  if (last === undefined) throw questionMissing(undefined);
  return last;
};

interface Talk {
  readonly agent: string | undefined;
  readonly session: string;
}

async function openTalk(
  context: CommandContext,
  blueprint: Blueprint,
  { agent, session }: Talk,
): Promise<(query: string) => Promise<CommandResult>> {
  const { stack, home, output } = context;
  const gateway = gatewayUrl(blueprint);
  if (gateway === undefined) throw gatewayAbsent({ stack });
  const token = (await keptSession(createTokenStore(home, stack)))?.token;
  const onEvent = (event: RouterEvent): void => {
    output.event({ event: "chat", ...event });
    const line = noteOf(event);
    if (line !== undefined) output.note(output.colors.dim(line));
  };
  return async (query) => {
    const reply = await askRouter({ stack, gateway, token, query, agent, session, onEvent });
    const trace = await traceOf(context, blueprint, reply.span);
    return resultOf(context, reply, { session, trace });
  };
}

function noteOf(event: RouterEvent): string | undefined {
  switch (event.type) {
    case "progress":
    case "warning":
      return event.message;
    case "choice":
      return `${event.name} (${event.agent}): ${event.reason}`;
    // These are the result.
    case "reply":
    case "none":
    case "error":
    case "done":
      return undefined;
  }
}

/** What is known of the way of a question; nothing where no traces are kept. An answer is an answer without it. */
async function traceOf(
  { stack, output, cancel }: CommandContext,
  blueprint: Blueprint,
  own: Span,
): Promise<readonly Span[]> {
  try {
    const store = traceStoreOf({ ...blueprint, stack });
    await store.add(own);
    return await wholeTrace(store, own, async (pause) => {
      await sleep(pause, undefined, { signal: cancel });
    });
  } catch (error) {
    // Whatever keeps the trace from being shown is no reason to lose the answer.
    output.note(output.colors.dim(error instanceof Error ? error.message : String(error)));
    return [];
  }
}

function resultOf(
  { stack, output }: CommandContext,
  { text: said, agent, reason, span }: Reply,
  { session, trace }: { readonly session: string; readonly trace: readonly Span[] },
): CommandResult {
  const { dim } = output.resultColors;
  const about = [
    `trace ${span.traceId}, session ${session}${agent === undefined ? "" : `, agent ${agent}`}`,
    ...(trace.length === 0 ? [] : [traceAsText(trace)]),
  ];
  return {
    exitCode: said === undefined ? UNANSWERED : 0,
    text: [said ?? `No answer: ${reason ?? ""}`, "", dim(about.join("\n"))].join("\n"),
    json: {
      ok: said !== undefined,
      stack,
      answer: said ?? null,
      ...(reason !== undefined && { reason }),
      agent: agent ?? null,
      session,
      trace: trace.length === 0 ? { id: span.traceId } : traceAsJson(trace),
    },
  };
}
