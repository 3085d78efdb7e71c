import { access } from "./access.ts";
import { fieldsOf, listOf, textOf, textsOf, type Fields } from "./shape.ts";

/** Milliseconds after which a question about state counts as unanswered. */
const PATIENCE = 8000;

/** An answer that is none: nobody there, or a refusal. The message is for people. */
export class NoAnswer extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Calls the gateway as who is logged in, and notices when the platform does not, or no longer, accept that. */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const bearer = access.bearer();
  headers.set("authorization", bearer);
  const response = await reach(path, { ...init, headers });
  // An agent may refuse for reasons of its own.
  if (response.status === 401 && !path.startsWith("/agents/")) access.refused(bearer);
  return response;
}

/** Calls the gateway; the page's own server hands calls on to it when it was opened directly. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new NoAnswer("The gateway cannot be reached.");
  }
}

async function read(path: string, accepted: readonly number[] = [200]): Promise<unknown> {
  const ask = (): Promise<Response> => call(path, { signal: AbortSignal.timeout(PATIENCE) });
  // Once more: browsers drop calls whenever a network interface of the machine comes or goes (see boot.ts).
  const response = await ask().catch(ask);
  const body: unknown = await response.json().catch(() => undefined);
  if (accepted.includes(response.status)) return body;
  throw new NoAnswer(refusal(response.status, body), response.status);
}

/** A refusal in words: those of the answer, else its status. */
export function refusal(status: number, body: unknown): string {
  const { message, detail } = fieldsOf(body);
  const said = textOf(message) === "" ? textOf(detail) : textOf(message);
  return said === "" ? `The answer is ${status}.` : `${said} (${status})`;
}

export interface Skill {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly examples: readonly string[];
}

export interface Agent {
  /** Name at the gateway. */
  readonly name: string;
  /** Path at the gateway; undefined while it is not served. */
  readonly path: string | undefined;
  /** Why it is not served. */
  readonly reason: string;
  /** Name on its card. */
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly skills: readonly Skill[];
}

/** The agents that whoever asks may use, with the cards that the registry read: no agent sees who looks at it. */
export async function readAgents(): Promise<readonly Agent[]> {
  const { agents } = fieldsOf(await read("/agents"));
  return listOf(agents).map((entry) => agentOf(fieldsOf(entry)));
}

function agentOf({ agent, served, candidates }: Fields): Agent {
  const name = textOf(agent);
  const { url_path, card: shown } = fieldsOf(served);
  const path = textOf(url_path);
  const newest = fieldsOf(listOf(candidates)[0]);
  const state = textOf(newest["state"]);
  const reason = textOf(newest["reason"]);
  const card = fieldsOf(shown);
  const title = textOf(card["name"]);
  return {
    name,
    path: path === "" ? undefined : path,
    reason: [state, reason].filter((part) => part !== "").join(": "),
    title: title === "" ? name : title,
    description: textOf(card["description"]),
    version: textOf(card["version"]),
    skills: listOf(card["skills"])
      .map(fieldsOf)
      .map((skill) => ({
        name: textOf(skill["name"]),
        description: textOf(skill["description"]),
        tags: textsOf(skill["tags"]),
        examples: textsOf(skill["examples"]),
      })),
  };
}

export interface Session {
  readonly id: string;
  readonly title: string;
  readonly last: string;
  /** ISO 8601. */
  readonly updated: string;
  readonly count: number;
}
export interface Message {
  readonly role: string;
  readonly content: string;
  readonly agent: string;
}
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Leads to the next page; undefined on the last. */
  readonly next: string | undefined;
}

const SESSIONS = "/api/v1/chat/session";

export async function readSessions(cursor?: string): Promise<Page<Session>> {
  const body = fieldsOf(await read(`${SESSIONS}/list?limit=20${after(cursor)}`));
  return pageOf(body, (entry) => ({
    id: textOf(entry["session_id"]),
    title: textOf(entry["title"]),
    last: textOf(entry["last_message"]),
    updated: textOf(entry["updated_at"]),
    count: Number(entry["message_count"] ?? 0),
  }));
}

export async function readMessages(session: string, cursor?: string): Promise<Page<Message>> {
  const path = `${SESSIONS}/${encodeURIComponent(session)}/messages?limit=100${after(cursor)}`;
  return pageOf(fieldsOf(await read(path)), (entry) => ({
    role: textOf(entry["role"]),
    content: textOf(entry["content"]),
    agent: textOf(entry["agent_id"]),
  }));
}

export async function deleteSession(session: string): Promise<void> {
  const response = await call(`${SESSIONS}/${encodeURIComponent(session)}`, { method: "DELETE" });
  if (!response.ok && response.status !== 404)
    throw new NoAnswer(refusal(response.status, await response.json().catch(() => undefined)));
}

const after = (cursor: string | undefined): string =>
  cursor === undefined ? "" : `&direction=after&cursor=${encodeURIComponent(cursor)}`;

function pageOf<Item>(body: Fields, item: (entry: Fields) => Item): Page<Item> {
  const next = textOf(body["next_cursor"]);
  const items = listOf(body["data"]).map((entry) => item(fieldsOf(entry)));
  return { items, next: body["has_more"] === true && next !== "" ? next : undefined };
}

/** How one part of the platform is. */
export interface Part {
  readonly name: string;
  readonly state: "good" | "warn" | "bad";
  readonly detail: string;
}

/** Asks every part that this page needs how it is. Never rejects. */
export async function readHealth(): Promise<readonly Part[]> {
  const [registry, backend, router, history] = await Promise.all([
    part("Service registry", "/status", (body) => {
      const count = Number(body["services_count"] ?? 0);
      const problems = textsOf(body["problems"]);
      const parts = [
        `${count} ${count === 1 ? "agent" : "agents"} served`,
        `gateway ${textOf(body["kong_status"])}`,
        `container engine ${textOf(body["docker_status"])}`,
      ];
      const healthy = textOf(body["status"]) === "healthy";
      const state = healthy && problems.length === 0 ? "good" : "warn";
      return { state, detail: problems[0] ?? parts.join(", ") };
    }),
    part("Backend", "/api/v1/healthcheck", () => ({
      state: "good",
      detail: "Registered agents, uploads, users",
    })),
    part("Router", "/router/health", (body) => {
      const ill = Object.entries(fieldsOf(body["components"])).filter(([, state]) => state !== "healthy");
      const detail = ill.map(([name, state]) => `${name.replaceAll("_", " ")} ${textOf(state)}`).join(", ");
      return {
        state: ill.length === 0 ? "good" : "warn",
        detail: detail === "" ? "Finds the agent for a question" : detail,
      };
    }),
    part("Chat history", `${SESSIONS}/list?limit=1`, () => ({
      state: "good",
      detail: "Keeps conversations",
    })),
  ]);
  const all = [registry, backend, router, history];
  const reachable = all.some(({ detail }) => detail !== UNREACHABLE);
  const gateway: Part = reachable
    ? { name: "Gateway", state: "good", detail: "The one door to agents and services" }
    : { name: "Gateway", state: "bad", detail: UNREACHABLE };
  return [gateway, ...all];
}

const UNREACHABLE = "The gateway cannot be reached.";

async function part(
  name: string,
  path: string,
  judge: (body: Fields) => Pick<Part, "state" | "detail">,
): Promise<Part> {
  try {
    return { name, ...judge(fieldsOf(await read(path, [200, 503]))) };
  } catch (error) {
    if (error instanceof NoAnswer && error.status === 404)
      return { name, state: "warn", detail: "Not part of this platform at present" };
    return { name, state: "bad", detail: error instanceof Error ? error.message : String(error) };
  }
}
