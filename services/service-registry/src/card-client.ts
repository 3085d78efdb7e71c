import { Agent, request } from "undici";
import { CARD_PATHS } from "../../../engine/formats/a2a/card.ts";
import { causeOf } from "../../lib/cause.ts";
import { BodyTooLarge, readLimited } from "../../lib/read-limited.ts";
import { checkCard, LARGEST_CARD, noCard, type CardCheck } from "./card.ts";
import type { AgentContainer } from "./containers.ts";
import { gatewaySecret } from "../../lib/derive-secret.ts";
import { SECRET_HEADER } from "./gateway-secret.ts";
import { listeningPorts } from "./listening.ts";

/** Asks a container for its card. Never rejects: not answering is an answer. */
export type FetchCard = (container: AgentContainer, signal: AbortSignal) => Promise<CardCheck>;

/** Milliseconds within which an agent has to answer. */
const PATIENCE = 2000;
/** Milliseconds of silence after which it is looked where else something listens, and how long the answer counts. */
const SEARCH = { after: 3000, fresh: 5000 };

export interface CardClient {
  readonly fetchCard: FetchCard;
  readonly close: () => Promise<void>;
}

/** What came of asking on one port. */
type Asked =
  | CardCheck
  /** Something answers there, and has nothing at the paths of cards. */
  | { readonly kind: "not found" }
  | { readonly kind: "silent"; readonly reason: string };

/** Since when a container is silent, and where else something listened in it. */
interface Silence {
  readonly since: number;
  readonly searchedAt?: number;
  readonly found: readonly number[];
}

const atOldPath = (check: CardCheck): CardCheck =>
  check.kind === "card" ? { ...check, atOldPath: true } : check;

/** Statuses of a server that has no such path, or nothing to read at it. */
const NOT_FOUND: readonly number[] = [404, 405, 501];

/** @param secret from which the agents' own are derived: they answer nobody who does not know theirs */
export function createCardClient(secret: string | undefined): CardClient {
  // A connection per check: one that was kept open would not prove that the agent still accepts calls.
  const dispatcher = new Agent({
    pipelining: 0,
    connect: { timeout: PATIENCE },
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  const silences = new WeakMap<AgentContainer, Silence>();

  const askOn = async (
    { agent, name }: AgentContainer,
    port: number,
    signal: AbortSignal,
  ): Promise<Asked> => {
    const headers = secret === undefined ? {} : { [SECRET_HEADER]: gatewaySecret(secret, agent) };
    try {
      for (const path of CARD_PATHS) {
        const { statusCode, body } = await request(`http://${name}:${port}${path}`, {
          dispatcher,
          headers,
          signal,
        });
        const text = await readLimited(body, LARGEST_CARD);
        if (statusCode === 200) return path === CARD_PATHS[0] ? checkCard(text) : atOldPath(checkCard(text));
        if (!NOT_FOUND.includes(statusCode)) return noCard(`the agent answers ${statusCode} for its card`);
      }
      return { kind: "not found" };
    } catch (error) {
      if (error instanceof BodyTooLarge)
        return noCard(`the agent card is larger than ${LARGEST_CARD / 1024} KiB`);
      return { kind: "silent", reason: causeOf(error) };
    }
  };

  const elsewhere = async (
    container: AgentContainer,
    asked: readonly number[],
  ): Promise<readonly number[]> => {
    const now = performance.now();
    const silence = silences.get(container) ?? { since: now, found: [] };
    const isDue = silence.searchedAt === undefined || now - silence.searchedAt > SEARCH.fresh;
    if (now - silence.since < SEARCH.after || !isDue) {
      silences.set(container, silence);
      return silence.found;
    }
    const found = await listeningPorts(container.name, asked);
    silences.set(container, { ...silence, searchedAt: now, found });
    return found;
  };

  return {
    fetchCard: async (container, signal) => {
      const { port: first, otherPorts = [], card } = container;
      const limited = AbortSignal.any([signal, AbortSignal.timeout(2 * PATIENCE)]);
      const ports = [first, ...otherPorts];
      let answered: { readonly port: number; readonly check: CardCheck } | undefined;
      let silent = "";
      for (const port of ports) {
        const asked = await askOn(container, port, limited);
        if (asked.kind === "card") return port === first ? asked : { ...asked, port };
        if (asked.kind === "silent") {
          if (port === first) silent = asked.reason;
          continue;
        }
        const check = asked.kind === "not found" ? noCard("the agent has no card at /.well-known/") : asked;
        // What its author wrote for it counts, but only in place of nothing.
        const standIn = asked.kind === "not found" && card !== undefined;
        answered ??= { port, check: standIn ? { kind: "card", card, fromFolder: true } : check };
      }
      if (answered === undefined) {
        const found = await elsewhere(container, ports);
        const where =
          ports.length === 1 ? `port ${first}` : `port ${first} (nor on ${otherPorts.join(", ")})`;
        const hint =
          found.length === 0 ? "" : `; something in its container listens on port ${found.join(", ")}`;
        return noCard(`the agent does not answer on ${where}: ${silent}${hint}`);
      }
      silences.delete(container);
      const { check, port } = answered;
      return check.kind === "card" && port !== first ? { ...check, port } : check;
    },
    close: () => dispatcher.destroy(),
  };
}
