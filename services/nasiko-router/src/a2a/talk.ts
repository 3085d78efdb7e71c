import { randomUUID } from "node:crypto";
import { callableBy, pathOnCard } from "../../../../engine/formats/a2a/call.ts";
import { causeOf } from "../../../lib/cause.ts";
import type { HttpClient } from "../../../lib/http.ts";
import { inSpan, SpanKind, SpanStatusCode } from "../../../lib/telemetry/spans.ts";
import type { Caller, RoutableAgent } from "../cards/directory.ts";
import { readAnswer, sendCall, taskCall, type AgentAnswer, type Call, type Outgoing } from "./message.ts";

/** Hands a message to an agent, and waits until it has said what it has to say. Never rejects. */
export type Talk = (agent: RoutableAgent, message: Outgoing, caller: Caller) => Promise<Said>;
export type Said = Exclude<AgentAnswer, { readonly kind: "working" }>;

/** Milliseconds between questions about a task that takes its time. */
const TASK_POLL = 1000;

/** Answers of an agent that has nothing at this path, or nothing that takes calls. */
const NOT_HERE: readonly number[] = [404, 405];

/** Talks through the gateway, so that what the gateway demands of callers holds here, too. */
export function createTalk(http: HttpClient, gatewayUrl: string): Talk {
  return (agent, message, caller) =>
    inSpan(
      `invoke_agent ${agent.agent}`,
      { kind: SpanKind.CLIENT, attributes: invoking(agent) },
      async (span) => {
        const said = await talkTo(agent, message, caller);
        if (said.kind === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
        return said;
      },
    );

  async function talkTo(
    agent: RoutableAgent,
    message: Outgoing,
    { authorization, signal }: Caller,
  ): Promise<Said> {
    const callable = callableBy(agent.card);
    if (callable.kind === "unsupported")
      return {
        kind: "failed",
        reason: `its card offers ${callable.bindings.join(" and ")} only, and agents are called by JSON-RPC here`,
      };
    const { protocol, url } = callable;
    let path = pathOnCard(url, agent.path);
    const post = (call: Call): ReturnType<HttpClient["json"]> =>
      http.json(`${gatewayUrl}${agent.path}${path === "" ? "/" : path}`, {
        method: "POST",
        headers: { authorization, ...call.headers },
        body: call.body,
        signal,
      });
    const ask = async (call: Call): Promise<AgentAnswer> => {
      const { status, body } = await post(call);
      return readAnswer(status, body);
    };
    const askFirst = async (call: Call): Promise<AgentAnswer> => {
      const { status, body } = await post(call);
      if (path === "" || !NOT_HERE.includes(status)) return readAnswer(status, body);
      // The address may be that of a proxy in front of the agent somewhere else.
      path = "";
      return ask(call);
    };
    try {
      let answer = await askFirst(sendCall(protocol, message));
      while (answer.kind === "working") {
        await pause(TASK_POLL, signal);
        answer = await ask(taskCall(protocol, randomUUID(), answer.task));
      }
      return answer;
    } catch (error) {
      return { kind: "failed", reason: `the agent does not answer: ${causeOf(error)}` };
    }
  }
}

/** In the words of the semantic conventions for generative AI. */
const invoking = ({ agent, card }: RoutableAgent): Readonly<Record<string, string>> => ({
  "gen_ai.operation.name": "invoke_agent",
  "gen_ai.agent.id": agent,
  "gen_ai.agent.name": card.name,
});

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason instanceof Error ? signal.reason : new Error("ended"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
