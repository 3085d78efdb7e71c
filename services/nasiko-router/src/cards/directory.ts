import { z } from "zod";
import { causeOf } from "../../../lib/cause.ts";
import type { HttpClient } from "../../../lib/http.ts";
import { PLATFORMS_ANSWER } from "../../../lib/read-limited.ts";
import { readCard, type AgentCard } from "../../../../engine/formats/a2a/card.ts";
import { cardText, type AgentText } from "./agent-card.ts";
import { readRegistered } from "./registered.ts";

/** An agent that the gateway sends calls to. */
export interface RoutableAgent extends AgentText {
  /** Its name at the gateway, e.g. "translator". */
  readonly agent: string;
  /** Its path at the gateway, e.g. "/agents/agent-translator". */
  readonly path: string;
  /** Content hash of the version that is served. */
  readonly hash: string;
  readonly card: AgentCard;
}

/** What could be found out about the agents. */
export interface Directory {
  readonly agents: readonly RoutableAgent[];
  /** What could not be asked or read, in words. */
  readonly problems: readonly string[];
}

export interface DirectoryOptions {
  readonly http: HttpClient;
  readonly registryUrl: string;
  /** With its path, e.g. "http://nasiko-backend:8000/api/v1". */
  readonly backendUrl: string;
  /** Whether agents that the backend does not show to the caller do not exist for them. */
  readonly onlyVisible: boolean;
}

/** Milliseconds within which the platform's own services have to answer. */
const PATIENCE = 3000;

const registryAnswer = z.object({
  agents: z.array(
    z.object({
      agent: z.string(),
      served: z
        .object({ hash: z.string(), url_path: z.string().startsWith("/"), card: z.unknown() })
        .nullable(),
    }),
  ),
});
interface Served {
  readonly agent: string;
  readonly path: string;
  readonly hash: string;
  /** As the registry read it; undefined when that was no card. */
  readonly card: AgentCard | undefined;
}

export type ReadDirectory = (caller: Caller) => Promise<Directory>;

/** On whose behalf something is asked. */
export interface Caller {
  /** Value of its Authorization header. */
  readonly authorization: string;
  readonly signal: AbortSignal;
}

/**
 * Finds the agents: the service registry knows which are served and what their cards say, and the backend knows what
 * their owners registered. The registry alone is indispensable. No agent is asked: it would see who the caller is.
 */
export function createDirectory({
  http,
  registryUrl,
  backendUrl,
  onlyVisible,
}: DirectoryOptions): ReadDirectory {
  const ask = async (url: string, { authorization, signal }: Caller): Promise<unknown> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const { status, body } = await http.json(url, {
      headers: { authorization },
      signal: limited,
      limits: PLATFORMS_ANSWER,
    });
    if (status !== 200) throw new Error(`${new URL(url).host} answers ${status}`);
    return body;
  };

  const served = async (caller: Caller): Promise<readonly Served[]> => {
    const parsed = registryAnswer.safeParse(await ask(`${registryUrl}/agents`, caller));
    if (!parsed.success) throw new Error("the service registry's list of agents cannot be read");
    return parsed.data.agents.flatMap(({ agent, served: version }) =>
      version === null
        ? []
        : [{ agent, path: version.url_path, hash: version.hash, card: readCard(version.card) }],
    );
  };

  return async (caller) => {
    const [versions, registered] = await Promise.allSettled([
      served(caller),
      ask(`${backendUrl}/registry/user/agents`, caller).then(readRegistered),
    ]);
    if (versions.status === "rejected") {
      const problem = `The service registry cannot be asked: ${causeOf(versions.reason)}.`;
      return { agents: [], problems: [problem] };
    }
    const owners = registered.status === "fulfilled" ? registered.value : new Map<string, AgentCard>();
    const visible = versions.value.filter(({ agent }) => !onlyVisible || owners.has(agent));
    const known = visible.map((version) => ({ version, own: owners.get(version.agent) }));
    return {
      agents: known.flatMap(({ version, own }) => {
        const best = version.card ?? own;
        return best === undefined ? [] : [{ ...version, card: best, ...merged(best, own) }];
      }),
      problems: [
        ...(registered.status === "rejected"
          ? [`The backend's agent registry cannot be asked: ${causeOf(registered.reason)}.`]
          : []),
        ...known
          .filter(({ version, own }) => version.card === undefined && own === undefined)
          .map(({ version }) => `${version.agent} is served, but its card cannot be read.`),
      ],
    };
  };
}

/** What is searched: the card that the agent serves, and what its owner says about it besides. */
function merged(card: AgentCard, own: AgentCard | undefined): AgentText {
  const first = cardText(card);
  if (own === undefined || own === card) return first;
  const second = cardText(own);
  const both = (field: keyof AgentText): readonly string[] => [
    ...new Set([...first[field], ...second[field]]),
  ];
  return {
    names: both("names"),
    tags: both("tags"),
    examples: both("examples"),
    descriptions: both("descriptions"),
  };
}
