import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, fakeServer, readBody, type FakeServer } from "../reference/fake-server.ts";

/** A request as a fake saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly text: string;
  readonly body: unknown;
}

export interface FakeAgent {
  readonly card: Readonly<Record<string, unknown>>;
  /** What it says to a JSON-RPC call: the result, or a promise of it. */
  readonly reply: (call: Call) => unknown;
  readonly hash?: string;
}
export interface Call {
  readonly method: string;
  readonly params: { readonly message: { readonly parts: readonly { readonly text?: string }[] } };
}

/** Everything around the router: gateway, service registry, backend, chat history and a model's API. */
export interface FakePlatform extends FakeServer {
  /** Agents that are served, by name. */
  readonly agents: Map<string, FakeAgent>;
  /** Status that a part answers with instead of its own, by the first part of its path, e.g. "chat". */
  readonly broken: Map<string, number>;
  /** Content that the language model writes next. */
  modelSays: string;
  readonly seen: readonly Seen[];
  readonly messages: readonly unknown[];
}

export const say = (text: string): unknown => ({ kind: "message", parts: [{ kind: "text", text }] });
export const saidTo = ({ params }: Call): string =>
  params.message.parts.map(({ text }) => text ?? "").join(" ");

export const TRANSLATOR: FakeAgent = {
  card: {
    name: "Translator",
    description: "Translates words and phrases from English.",
    protocolVersion: "0.3.0",
    skills: [
      {
        id: "translate",
        name: "Translate",
        description: "Into French, German or Spanish.",
        tags: ["translation", "french"],
        examples: ["translate good morning to french"],
      },
    ],
  },
  reply: (call) => say(`Bonjour, you said: ${saidTo(call)}`),
};
export const WEATHER: FakeAgent = {
  card: { name: "Weather", description: "Tells the forecast for a city.", skills: [] },
  reply: () => say("Rain."),
};

export async function fakePlatform(): Promise<FakePlatform> {
  const agents = new Map<string, FakeAgent>();
  const broken = new Map<string, number>();
  const seen: Seen[] = [];
  const messages: unknown[] = [];

  const serveAgent = async (
    name: string,
    rest: string,
    text: string,
    response: ServerResponse,
  ): Promise<void> => {
    const agent = agents.get(name);
    if (agent === undefined) return answer(response, 404, { message: "no Route matched with those values" });
    if (rest === "/.well-known/agent-card.json") return answer(response, 200, agent.card);
    if (rest !== "/") return answer(response, 404, {});
    const result = await agent.reply(JSON.parse(text) as Call);
    return answer(response, 200, { jsonrpc: "2.0", id: 1, result });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const text = await readBody(request);
    const method = request.method ?? "";
    const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
    const body: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
    seen.push({ method, path, authorization: request.headers.authorization, text, body });
    const part = path.split("/")[1] ?? "";
    const status = broken.get(part);
    if (status !== undefined) return answer(response, status, { message: "broken", detail: "broken" });
    const [, name, rest] = /^\/agents\/agent-([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (name !== undefined) return serveAgent(name, rest ?? "/", text, response);
    switch (`${method} ${path}`) {
      case "GET /registry/agents":
      case "GET /agents":
        return answer(response, 200, { agents: [...agents].map(([agent, { hash }]) => view(agent, hash)) });
      case "GET /registry/health":
      case "GET /api/v1/healthcheck":
        return answer(response, 200, { status: "ok" });
      case "GET /api/v1/registry/user/agents":
        return answer(response, 200, { data: [] });
      case "POST /chat/session":
        return answer(response, 201, body);
      case "POST /model/chat/completions":
        return answer(response, 200, { choices: [{ message: { content: platform.modelSays } }] });
    }
    if (method === "POST" && /^\/chat\/session\/[^/]+\/messages$/.test(path)) {
      messages.push(body);
      return answer(response, 201, body);
    }
    return answer(response, 404, { message: "no Route matched with those values" });
  };

  const server = await fakeServer((request, response) => void serve(request, response));
  const platform: FakePlatform = { ...server, agents, broken, modelSays: "", seen, messages };
  return platform;
}

const view = (agent: string, hash = "v1:1"): unknown => ({
  agent,
  served: {
    container: `c-${agent}`,
    hash,
    since: "2026-01-01T00:00:00.000Z",
    url_path: `/agents/agent-${agent}`,
  },
  candidates: [{ container: `c-${agent}`, hash, state: "admitted", reason: "its agent card can be fetched" }],
});
