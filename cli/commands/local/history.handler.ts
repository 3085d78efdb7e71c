import type { PastRun } from "../../../engine/core/history.ts";
import type { Handler } from "../define-command.ts";
import { eventAsJson, eventsAsText, runAsJson } from "../../features/history/describe.ts";
import {
  type AccessChange,
  type EventKind,
  latestEvents,
  withoutSecrets,
} from "../../features/history/events.ts";
import type { AgentChange } from "../../features/history/worker-trail.ts";
import type { CommandContext } from "../../stack/context.ts";
import { stackAddress } from "../../stack/state/deployment.ts";
import type { spec } from "./history.ts";

/** Lines of the worker's log that are looked through: months, where people upload every day. */
const LINES = 20_000;
/** Entries that the authentication service gives at once. */
const MOST_ENTRIES = 500;

/**
 * What was done with a stack, the latest first: by runs of any engine, by the worker, and by the authentication service.
 * Who asks for one kind hears why it cannot be told; who asks for all gets the rest with a note.
 */
export const handler: Handler<typeof spec> = async (context, { options }) => {
  const { stack, output } = context;
  const { limit, since, kind, steps } = options;
  const notes: string[] = [];
  const trail = async <Item>(
    of: EventKind,
    missing: string,
    read: (context: CommandContext, limit: number) => Promise<readonly Item[]>,
  ): Promise<readonly Item[]> => {
    if (kind !== undefined && kind !== of) return [];
    if (kind === of) return read(context, limit);
    try {
      return await read(context, limit);
    } catch (error) {
      notes.push(`${missing}: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  };
  const [runs, agents, access] = await Promise.all([
    trail("run", "The runs are not known", runsOf),
    trail("agent", "What the worker did is not known", agentsOf),
    trail("access", "Who changed whose access is not known", async (...given) =>
      kind === undefined && !(await hasUsers(context)) ? [] : accessOf(...given),
    ),
  ]);
  for (const note of notes) output.note(`! ${note}`);
  const events = latestEvents({ runs, agents, access }, { since, limit });
  return {
    exitCode: 0,
    text:
      events.length === 0
        ? `Nothing was done with stack ${stack}${since === undefined ? " yet" : " since then"}.`
        : eventsAsText(events, { steps }),
    json: {
      ok: true,
      stack,
      events: events.map(eventAsJson),
      // As it was before there were other events.
      runs: events.flatMap((event) => (event.kind === "run" ? [runAsJson(event.run)] : [])),
      notes,
    },
  };
};

// Each loads what it needs when it is asked: who looks for help does not need it.

async function runsOf({ stack, home }: CommandContext, limit: number): Promise<readonly PastRun[]> {
  const { readHistory } = await import("../../../engine/core/history.ts");
  return readHistory(stackAddress({ stack, home }), limit);
}

/** From the worker's log, which the operator of the engine may read; it lasts as long as its container. */
async function agentsOf({ stack, docker }: CommandContext): Promise<readonly AgentChange[]> {
  const { stackContainers } = await import("../../stack/observe/stack-containers.ts");
  const { readLogLines } = await import("../../features/logs/read-logs.ts");
  const { workerTrail } = await import("../../features/history/worker-trail.ts");
  const workers = (await stackContainers(docker, stack)).filter(
    ({ member, kind }) => kind === "service" && member === "nasiko-worker",
  );
  const logs = await Promise.all(workers.map((worker) => readLogLines(docker, worker, { tail: LINES })));
  return workerTrail(logs.flat());
}

/** From the authentication service, as the super user who is logged in. */
async function accessOf(context: CommandContext, limit: number): Promise<readonly AccessChange[]> {
  const { openAccess } = await import("../../features/access/session.ts");
  const { client } = await openAccess(context);
  const [entries, users] = await Promise.all([client.audit(Math.min(limit, MOST_ENTRIES)), client.users()]);
  const names = new Map(users.map(({ user_id, username }) => [user_id, username]));
  return entries.map(({ actor, target, detail, ...entry }) => ({
    ...entry,
    detail: withoutSecrets(detail),
    actor: names.get(actor) ?? actor,
    target: names.get(target) ?? target,
  }));
}

/** Whether the stack is one of mode `enterprise`, by its settings or by what it was brought up as. */
async function hasUsers(context: CommandContext): Promise<boolean> {
  const { rememberedMode } = await import("../../stack/blueprint/auth-mode.ts");
  const { settings } = await context.settings(await rememberedMode(context));
  return settings.authMode === "enterprise";
}
