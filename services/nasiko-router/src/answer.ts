import { randomUUID } from "node:crypto";
import type { Talk } from "./a2a/talk.ts";
import type { Caller, ReadDirectory } from "./cards/directory.ts";
import type { RecordExchange } from "./chat-history.ts";
import { choose, named } from "./choose/choose.ts";
import type { Selector } from "./choose/selector.ts";
import type { Outcome, RouterEvent } from "./events.ts";
import type { Incoming } from "./incoming.ts";
import type { Log } from "../../lib/log.ts";
import type { Metrics } from "./metrics.ts";

export interface AnswerOptions {
  readonly directory: ReadDirectory;
  /** In the order in which they are asked. */
  readonly selectors: readonly Selector[];
  readonly talk: Talk;
  readonly record: RecordExchange | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
}

export type Answer = (incoming: Incoming, caller: Caller) => AsyncGenerator<RouterEvent, Outcome>;

/** Serves one request from the question to the recorded answer, telling each step. */
export function createAnswer({ directory, selectors, talk, record, metrics, log }: AnswerOptions): Answer {
  return async function* (incoming, caller) {
    const { query, sessionId, files } = incoming;

    /** Gives the last event, after the exchange was recorded where it has to be. */
    async function* end(
      outcome: Outcome,
      said: string,
      agent: string | null,
    ): AsyncGenerator<RouterEvent, Outcome> {
      let recorded = false;
      if (sessionId !== undefined && record !== undefined) {
        const problem = await record({ sessionId, query, said, agent }, caller);
        recorded = problem === undefined;
        if (problem !== undefined) {
          metrics.notRecorded();
          log("warn", "exchange not recorded", { problem });
          yield { type: "warning", message: `This exchange is not in the chat history: ${problem}.` };
        }
      }
      yield { type: "done", outcome, session_id: sessionId ?? null, recorded };
      return outcome;
    }

    yield { type: "progress", message: "Looking for the agents that are running." };
    const { agents, problems } = await directory(caller);
    for (const message of problems) yield { type: "warning", message };
    if (agents.length === 0 && problems.length > 0) {
      const message = "The agents cannot be found at present.";
      yield { type: "error", message };
      return yield* end("failed", message, null);
    }

    const choice =
      incoming.agent === undefined
        ? await choose(query, agents, selectors, caller.signal, (selector, cause) => {
            metrics.selectorFailed(selector.name);
            log("warn", "model not used", { model: selector.name, cause });
          })
        : named(incoming.agent, agents);
    if (choice.kind === "none") {
      metrics.chosen("none");
      yield { type: "none", reason: choice.reason };
      return yield* end("no agent", choice.reason, null);
    }
    const { agent, method, reason, others } = choice;
    metrics.chosen(method);
    const { name } = agent.card;
    yield { type: "choice", agent: agent.agent, name, url_path: agent.path, method, reason, others };
    yield { type: "progress", message: `Waiting for ${name}.` };

    const said = await talk(agent, { id: randomUUID(), context: sessionId, text: query, files }, caller);
    if (said.kind === "failed") {
      log("warn", "agent failed", { agent: agent.agent, reason: said.reason });
      const message = `${name} could not answer: ${said.reason}.`;
      yield { type: "error", message };
      return yield* end("failed", message, agent.agent);
    }
    yield { type: "reply", agent: agent.agent, text: said.text };
    return yield* end("answered", said.text, agent.agent);
  };
}
