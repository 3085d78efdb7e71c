import { agentAddresses } from "./agent-addresses.ts";
import { createChecker } from "./checker.ts";
import type { FetchCard } from "./card-client.ts";
import { planClosings, startClosings, withoutClosed, type Closing } from "./closing.ts";
import { coalesce } from "./coalesce.ts";
import { readContainers, type Discovered } from "./containers.ts";
import type { DockerClient, DockerEvent } from "./docker-client.ts";
import type { GatewayRules } from "./gateway-rules.ts";
import type { KongState } from "./kong-entities.ts";
import type { KongClient, KongHealth } from "./kong-client.ts";
import type { Log } from "../../lib/log.ts";
import type { EntityPlan } from "./entity-plan.ts";
import { planBlind, planKong, type AgentPlan } from "./plan.ts";
import type { PlatformProxy } from "./platform-proxies.ts";
import { planProxies, type ProxyPlan } from "./proxy-plan.ts";
import { createRecentEvents } from "./recent-events.ts";
import { createServing } from "./serving.ts";
import { heldSenders, telemetryProxies } from "./telemetry-proxies.ts";
import type { Snapshot } from "./view.ts";
import { causeOf } from "../../lib/cause.ts";
import { sleep } from "../../lib/sleep.ts";

export interface RegistryOptions {
  readonly rules: GatewayRules;
  /** The gateway's routes to services of the platform. */
  readonly proxies: readonly PlatformProxy[];
  readonly docker: DockerClient;
  readonly kong: KongClient;
  readonly fetchCard: FetchCard;
  readonly log: Log;
  /** Milliseconds between full resyncs; events are the normal path. */
  readonly interval: number;
}

/** What one full resync did. */
interface SyncResult {
  /** Writes to Kong that were needed. */
  readonly calls: number;
  readonly problems: readonly string[];
}

export interface Registry {
  start(): void;
  /** Lists the containers and brings Kong in step. @throws Error when Docker or Kong does not answer */
  sync(): Promise<SyncResult>;
  snapshot(): Snapshot;
  /** Where agents call from; undefined while that is not known. */
  agentAddresses(): readonly string[] | undefined;
  stop(): void;
}

/** Milliseconds. */
const KONG_POLL = 1000;
const KONG_POLL_WHILE_FAILING = 250;
const KONG_PATIENCE = 3000;
const KONG_PATIENCE_WHILE_AWAY = 700;
const SLOWEST_RETRY = 5000;
const DOCKER_RETRY = 200;
/** After this the engine's list holds what its events told. */
const ENGINE_CATCHES_UP = 1000;
/** How long a guard that somebody took away may be missing at most, before its route is. */
const GUARD_PATROL = 2000;
/** Agents that are written to Kong at the same time. */
const PARALLEL = 4;

/** The registry itself: keeps Kong in step with the agents that answer. */
export function createRegistry(options: RegistryOptions): Registry {
  const { docker, kong, log } = options;
  let { rules } = options;
  const stopping = new AbortController();
  const serving = createServing();
  const recent = createRecentEvents();
  let discovered: Discovered | undefined;
  let subscribed = false;
  let listed = false;
  let kongHealth: KongHealth = "unreachable";
  let problems: readonly string[] = [];
  let inStep = false;
  let lastSync: Date | undefined;

  const checker = createChecker(options.fetchCard, (container, admission) => {
    const reason = "reason" in admission ? admission.reason : undefined;
    log("info", `agent ${admission.kind}`, { agent: container.agent, container: container.name, reason });
    reconcileSoon();
  });

  const relist = coalesce(async () => {
    try {
      const [containers, networks] = await Promise.all([docker.list(), docker.networks()]);
      rules = { ...rules, agentAddresses: agentAddresses(networks) };
      const found = readContainers(containers, rules.stack);
      discovered = { ...found, agents: recent.correct(found.agents) };
      checker.follow(discovered.agents);
      listed = true;
    } catch (error) {
      listed = false;
      throw error;
    }
  });

  /** Also what agents report; without a list nothing is known of who is gone. */
  const proxiesFor = (held: KongState): readonly PlatformProxy[] => {
    const agents = discovered?.agents.map(({ agent }) => agent) ?? heldSenders(held, rules.stack);
    return [...options.proxies, ...telemetryProxies(rules, agents)];
  };

  const reconcile = coalesce(async (): Promise<SyncResult> => {
    try {
      const found = await kong.read();
      const proxies = proxiesFor(found);
      const closings = planClosings({ rules, kong: found, proxies });
      const unclosed = await inParallel(closings, carryOutClosing);
      const held = withoutClosed(
        found,
        closings.filter((_, index) => unclosed[index] === undefined),
      );
      const routed = planProxies(proxies, { rules, kong: held });
      // Without a list nothing is known about the containers, least of all that they are gone.
      const containers = discovered?.agents;
      const plans =
        containers === undefined
          ? planBlind({ rules, kong: held })
          : planKong({
              rules,
              containers,
              admissionOf: checker.admissionOf,
              kong: held,
            });
      const unrouted = await inParallel(routed, carryOutProxy);
      // Before anything is said to be served: nothing is while all is closed.
      const opened = await open(found, unclosed);
      const failures = [...unclosed, ...unrouted, ...(await inParallel(plans, carryOutAgent))].filter(
        (failure) => failure !== undefined,
      );
      problems = [
        ...routed.flatMap(({ proxy, problem }) => (problem === undefined ? [] : [`${proxy}: ${problem}`])),
        ...plans.flatMap(({ agent, problem }) => (problem === undefined ? [] : [`${agent}: ${problem}`])),
        ...failures,
      ];
      inStep = containers !== undefined && failures.length === 0;
      serving.only(plans.map(({ agent }) => agent));
      if (inStep) lastSync = new Date();
      const calls = [...routed, ...plans].flatMap((plan) => plan.calls);
      return { calls: closings.length + opened + calls.length, problems };
    } catch (error) {
      inStep = false;
      throw error;
    }
  });

  const write = async (owner: string, { calls }: Pick<EntityPlan, "calls">): Promise<void> => {
    for (const call of calls) {
      await kong.apply(call);
      log("info", "kong changed", { owner, method: call.method, entity: `${call.collection}/${call.id}` });
    }
  };

  /** Gives what went wrong, if anything did. */
  const carryOutClosing = async ({ owner, call }: Closing): Promise<string | undefined> => {
    try {
      await write(owner, { calls: [call] });
      return undefined;
    } catch (error) {
      return `${owner} stays open: ${causeOf(error)}`;
    }
  };

  /**
   * Ends the time in which Kong, since its start, answers nobody. Gives how many writes that took.
   * @throws Error while something is open that should not be, or nobody knows where agents call from
   */
  const open = async (held: KongState, unclosed: readonly (string | undefined)[]): Promise<number> => {
    const calls = startClosings(held, rules);
    if (calls.length === 0) return 0;
    const reason = unclosed.find((failure) => failure !== undefined);
    if (reason !== undefined) throw new Error(`everything stays closed: ${reason}`);
    if (rules.agentAddresses === undefined)
      throw new Error("everything stays closed: where agents call from is not known");
    await write("gateway", { calls });
    return calls.length;
  };

  /** Gives what went wrong, if anything did. */
  const carryOutProxy = async (plan: ProxyPlan): Promise<string | undefined> => {
    try {
      await write(plan.proxy, plan);
      return undefined;
    } catch (error) {
      return `${plan.proxy}: ${causeOf(error)}`;
    }
  };

  /** Gives what went wrong, if anything did. */
  const carryOutAgent = async (plan: AgentPlan): Promise<string | undefined> => {
    const { agent, target } = plan;
    try {
      await write(agent, plan);
    } catch (error) {
      serving.confirm(agent, undefined);
      return `${agent}: ${causeOf(error)}`;
    }
    if (serving.confirm(agent, target)) {
      log("info", "agent served", { agent, container: target?.name ?? "none", hash: target?.hash });
    }
    return undefined;
  };

  const reconcileSoon = (): void => {
    reconcile().catch((error: unknown) => log("warn", "kong is not in step", { error: causeOf(error) }));
  };
  const resyncSoon = (): void => {
    sync().catch((error: unknown) => log("warn", "resync failed", { error: causeOf(error) }));
  };
  const sync = async (): Promise<SyncResult> => {
    await relist();
    return reconcile();
  };

  const handle = ({ action, id }: DockerEvent): void => {
    if (action.startsWith("health_status")) {
      checker.hurry(id);
      return;
    }
    const noted = recent.note(action, id);
    // Under a new name it has to be asked anew.
    if (noted.running === false || action === "rename") checker.forget(id);
    resyncSoon();
    void sleep(ENGINE_CATCHES_UP, stopping.signal).then(() => {
      recent.expire(noted);
      if (!isOver(stopping.signal)) resyncSoon();
    });
  };

  const watchDocker = async (): Promise<void> => {
    let failures = 0;
    while (!isOver(stopping.signal)) {
      const connection = new AbortController();
      try {
        const events = await docker.events(AbortSignal.any([connection.signal, stopping.signal]));
        recent.clear();
        // Subscribed first, listed second: nothing can happen unseen in between.
        await relist();
        subscribed = true;
        failures = 0;
        reconcileSoon();
        for await (const event of events) handle(event);
        throw new Error("the event stream ended");
      } catch (error) {
        subscribed = false;
        if (failures === 0 && !isOver(stopping.signal)) log("warn", "docker lost", { error: causeOf(error) });
      }
      connection.abort();
      await sleep(backoff(DOCKER_RETRY, failures++), stopping.signal);
    }
  };

  const watchKong = async (): Promise<void> => {
    let failures = 0;
    while (!isOver(stopping.signal)) {
      // Impatient while it is away, so that its return is noticed even if the last question got lost.
      const health = await kong.health(
        kongHealth === "unreachable" ? KONG_PATIENCE_WHILE_AWAY : KONG_PATIENCE,
      );
      const back = health === "healthy" && kongHealth !== "healthy";
      if (health !== kongHealth) log(health === "healthy" ? "info" : "warn", `kong ${health}`);
      // What a Kong that went away will hold when it comes back is not known.
      if (health === "unreachable") serving.only([]);
      kongHealth = health;
      if (back) failures = 0;
      if (back || (health === "healthy" && !inStep)) {
        await reconcile().catch((error: unknown) =>
          log("warn", "kong is not in step", { error: causeOf(error) }),
        );
        failures = inStep ? 0 : failures + 1;
      }
      const pause = inStep && health === "healthy" ? KONG_POLL : backoff(KONG_POLL_WHILE_FAILING, failures);
      await sleep(pause, stopping.signal);
    }
  };

  const resyncAtIntervals = async (): Promise<void> => {
    while (!isOver(stopping.signal)) {
      await sleep(options.interval, stopping.signal);
      if (!isOver(stopping.signal)) resyncSoon();
    }
  };

  const watchGuards = async (): Promise<void> => {
    while (!isOver(stopping.signal)) {
      await sleep(GUARD_PATROL, stopping.signal);
      if (!isOver(stopping.signal) && kongHealth === "healthy") reconcileSoon();
    }
  };

  return {
    start: () => {
      void watchDocker();
      void watchKong();
      void resyncAtIntervals();
      void watchGuards();
    },
    sync,
    snapshot: () => ({
      kong: kongHealth,
      dockerHealthy: subscribed && listed,
      inStep,
      lastSync,
      problems,
      agents: discovered?.agents ?? [],
      unusable: discovered?.unusable ?? [],
      admissionOf: checker.admissionOf,
      served: serving.all(),
    }),
    agentAddresses: () => rules.agentAddresses,
    stop: () => {
      stopping.abort();
      checker.follow([]);
    },
  };
}

/** A function of its own, because the compiler believes that a flag tested before an `await` is still the same. */
const isOver = (signal: AbortSignal): boolean => signal.aborted;

const backoff = (first: number, failures: number): number => Math.min(SLOWEST_RETRY, first * 1.5 ** failures);

/** Results in the order of the items. */
async function inParallel<In, Out>(
  items: readonly In[],
  work: (item: In) => Promise<Out>,
): Promise<readonly Out[]> {
  const results: Out[] = [];
  for (let start = 0; start < items.length; start += PARALLEL) {
    results.push(...(await Promise.all(items.slice(start, start + PARALLEL).map(work))));
  }
  return results;
}
