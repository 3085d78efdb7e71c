import type { Redis } from "ioredis";
import type { Command } from "./command.ts";
import type { Log } from "../../lib/log.ts";
import { causeOf } from "../../lib/cause.ts";

/** Stages that the worker tells about; `active` is what Redis and people call running. */
export type Stage =
  | "processing"
  | "building"
  | "deploying"
  | "registering"
  | "active"
  | "failed"
  | "removed"
  /** Not done, because newer work on the agent was done before. */
  | "superseded";

export interface Progress {
  readonly stage: Stage;
  readonly url?: string;
  readonly step?: string;
  readonly error?: string;
}

/** Tells Redis and the backend how far the work is. */
export interface Reporter {
  /** Redis has to know; the backend is told when it can be. */
  readonly progress: (command: Command, progress: Progress) => Promise<void>;
  /** Enters the agent in the backend's registry. @throws Error while the backend does not take it */
  readonly enter: (command: Command, entry: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** Seconds after which Redis forgets the state of an agent. */
const REMEMBERED = 24 * 60 * 60;
/** Milliseconds within which the backend answers. */
const PATIENCE = 10_000;

export function createReporter(redis: Redis, serviceToken: string, log: Log): Reporter {
  const put = async ({ base_url }: Command, path: string, body: unknown): Promise<void> => {
    const send = (): Promise<Response> =>
      fetch(`${base_url}/api/v1${path}`, {
        method: "PUT",
        headers: { "content-type": "application/json", authorization: `Bearer ${serviceToken}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(PATIENCE),
      });
    // A connection that was kept open may be closed just when it is used again, which says nothing of the backend.
    const response = await send().catch((cause: unknown) => {
      if (cause instanceof TypeError) return send();
      throw cause;
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`the backend answers ${response.status} to ${path}: ${text.slice(0, 300)}`);
  };

  return {
    progress: async (command, progress) => {
      const { agent_name, owner_id, upload_id, base_url } = command;
      const { stage, url = "", step = "", error = "" } = progress;
      const key = `agent:status:${agent_name}`;
      const status = stage === "active" ? "running" : stage;
      const fields = { status, url, step, error, upload_id, updated_at: new Date().toISOString() };
      // What is known about the agent comes from the newer work.
      if (stage !== "superseded") await redis.multi().hset(key, fields).expire(key, REMEMBERED).exec();
      // The trail of what was done, which `nasiko local history` reads.
      log(stage === "failed" ? "warn" : "info", "agent", {
        ...{ agent: agent_name, command: command.command, owner: owner_id, upload: upload_id },
        ...{ stage, step, error },
      });
      if (base_url === "" || upload_id === "" || stage === "removed") return;
      try {
        const path = `/upload-status/agent/${agent_name}/latest`;
        await put(command, path, { upload_id, status: stage, url, step, error });
      } catch (cause) {
        // The work goes on without: the state that counts is told again at its end.
        log("warn", "the report did not reach the backend", {
          agent: agent_name,
          stage,
          error: causeOf(cause),
        });
        if (stage === "active") throw cause;
      }
    },
    enter: async (command, entry) => {
      if (command.base_url !== "") await put(command, `/registry/agent/${command.agent_name}`, entry);
    },
  };
}
