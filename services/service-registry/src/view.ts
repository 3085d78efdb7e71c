import type { Access } from "./access.ts";
import type { Admission } from "./admission.ts";
import type { AgentContainer, UnusableContainer } from "./containers.ts";
import type { KongHealth } from "./kong-client.ts";
import { serviceName, urlPath } from "./kong-entities.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { Served } from "./serving.ts";

/** All that the registry knows at one moment. */
export interface Snapshot {
  readonly kong: KongHealth;
  /** Whether the event stream stands and the last list succeeded. */
  readonly dockerHealthy: boolean;
  /** Whether Kong holds everything that it should. */
  readonly inStep: boolean;
  /** When Kong was last found or brought in step. */
  readonly lastSync: Date | undefined;
  readonly problems: readonly string[];
  readonly agents: readonly AgentContainer[];
  readonly unusable: readonly UnusableContainer[];
  readonly admissionOf: (id: string) => Admission;
  readonly served: ReadonlyMap<string, Served>;
}

/** Body of `GET /status`. */
interface StatusView {
  readonly status: "healthy" | "degraded";
  /** Agents that are served. */
  readonly services_count: number;
  /** ISO 8601, or null before the first. */
  readonly last_sync: string | null;
  readonly kong_status: KongHealth;
  readonly docker_status: "healthy" | "unreachable";
  readonly problems: readonly string[];
}

/** One container of an agent. */
interface CandidateView {
  readonly container: string;
  readonly hash: string;
  readonly state: "stopped" | Admission["kind"];
  readonly reason: string;
}

/** Body of `GET /agents/:name`. */
interface AgentView {
  readonly agent: string;
  /** The version that the gateway sends calls to; null when there is none, or when Kong does not answer. */
  readonly served: {
    readonly container: string;
    readonly hash: string;
    readonly since: string;
    readonly url_path: string;
    /** Its agent card, as the container last showed it; null while it is not admitted, or when a list is full. */
    readonly card: JsonObject | null;
    /** Only where the container shows no card, and the one of its folder is served for it. */
    readonly card_from?: "folder";
    /** Only where it answers on another port than the first that its folder names. */
    readonly port?: number;
  } | null;
  /** Newest first. */
  readonly candidates: readonly CandidateView[];
}

/** How the registry is; names of agents and containers are for who may know everything. */
export function statusView(snapshot: Snapshot, { kind }: Access): StatusView {
  const healthy = snapshot.kong === "healthy" && snapshot.dockerHealthy && snapshot.inStep;
  const problems = [
    ...snapshot.problems,
    ...snapshot.unusable.map(({ name, reason }) => `${name}: ${reason}`),
  ];
  return {
    status: healthy ? "healthy" : "degraded",
    services_count: snapshot.served.size,
    last_sync: snapshot.lastSync?.toISOString() ?? null,
    kong_status: snapshot.kong,
    docker_status: snapshot.dockerHealthy ? "healthy" : "unreachable",
    problems: kind === "everything" || problems.length === 0 ? problems : [inNumbers(problems.length)],
  };
}

/** Names of Kong's services that serve an agent. */
export const servicesView = (snapshot: Snapshot): readonly string[] =>
  [...snapshot.served.keys()].map(serviceName);

const inNumbers = (count: number): string =>
  `${count} ${count === 1 ? "problem" : "problems"}, of which the operator is told more`;

/** All agents that have a container, as far as somebody may know of them. */
export function agentsView(
  snapshot: Snapshot,
  access: Exclude<Access, { readonly kind: "nothing" }>,
): readonly (AgentView | AgentForUsers | AgentForAgents)[] {
  const names = [...new Set(snapshot.agents.map(({ agent }) => agent))].toSorted();
  const visible = access.kind === "everything" ? names : names.filter(access.maySee);
  const views = withinBudget(visible.map((name) => agentView(snapshot, name)));
  if (access.kind === "everything") return views;
  return access.kind === "user" ? views.map(forUsers) : views.flatMap(forAgents);
}

function withinBudget(views: readonly AgentView[]): readonly AgentView[] {
  const tooMuch = beyondBudget(views.map(({ served }) => served?.card ?? null));
  return views.map((view) =>
    view.served !== null && tooMuch.has(view.served.card)
      ? { ...view, served: { ...view.served, card: null } }
      : view,
  );
}

/** Letters of all cards in one list: whoever reads it has to hold it. */
const LARGEST_LIST = 1024 * 1024;
const sizes = new WeakMap<JsonObject, number>();

function sizeOf(card: JsonObject): number {
  const size = sizes.get(card) ?? JSON.stringify(card).length;
  sizes.set(card, size);
  return size;
}

/** The cards that a list has no room for: the largest, so that nobody's large ones take the place of ordinary ones. */
function beyondBudget(cards: readonly (JsonObject | null)[]): ReadonlySet<JsonObject | null> {
  let left = LARGEST_LIST;
  const ordered = cards.filter((card) => card !== null).toSorted((a, b) => sizeOf(a) - sizeOf(b));
  return new Set(ordered.filter((card) => (left -= sizeOf(card)) < 0));
}

/** Without the names of containers. */
interface AgentForUsers {
  readonly agent: string;
  readonly served: Omit<NonNullable<AgentView["served"]>, "container"> | null;
  readonly candidates: readonly Pick<CandidateView, "hash" | "state" | "reason">[];
}

function forUsers({ agent, served, candidates }: AgentView): AgentForUsers {
  return {
    agent,
    served: served && {
      hash: served.hash,
      since: served.since,
      url_path: served.url_path,
      card: served.card,
    },
    candidates: candidates.map(({ hash, state, reason }) => ({ hash, state, reason })),
  };
}

/** What it takes to call an agent. */
interface AgentForAgents {
  readonly agent: string;
  readonly served: Pick<NonNullable<AgentView["served"]>, "url_path" | "card">;
}

const forAgents = ({ agent, served }: AgentView): readonly AgentForAgents[] =>
  served === null ? [] : [{ agent, served: { url_path: served.url_path, card: served.card } }];

export function agentView(snapshot: Snapshot, agent: string): AgentView {
  const served = snapshot.served.get(agent);
  return {
    agent,
    served:
      served === undefined
        ? null
        : {
            container: served.container,
            hash: served.hash,
            since: served.since.toISOString(),
            url_path: urlPath(agent),
            ...shownBy(snapshot, served.container),
          },
    candidates: snapshot.agents
      .filter((container) => container.agent === agent)
      .map((container) => candidateView(container, snapshot.admissionOf(container.id))),
  };
}

function shownBy(
  { agents, admissionOf }: Snapshot,
  container: string,
): Pick<NonNullable<AgentView["served"]>, "card" | "card_from" | "port"> {
  const found = agents.find(({ name }) => name === container);
  const admission = found === undefined ? undefined : admissionOf(found.id);
  if (admission?.kind !== "admitted") return { card: null };
  const { card, fromFolder, port } = admission;
  return {
    card,
    ...(fromFolder === true ? { card_from: "folder" as const } : {}),
    ...(port === undefined ? {} : { port }),
  };
}

function candidateView(container: AgentContainer, admission: Admission): CandidateView {
  const { name, hash, status } = container;
  if (!container.running) return { container: name, hash, state: "stopped", reason: status };
  if (admission.kind !== "admitted")
    return { container: name, hash, state: admission.kind, reason: admission.reason };
  const reason =
    admission.fromFolder === true
      ? "it answers without a card, and the one of its folder is served for it"
      : "its agent card can be fetched";
  const where = admission.port === undefined ? "" : ` on port ${admission.port}`;
  return { container: name, hash, state: admission.kind, reason: `${reason}${where}` };
}
