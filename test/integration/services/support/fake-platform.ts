import type { IncomingMessage, ServerResponse } from "node:http";
import { createHistory, type Reply } from "./fake-history.ts";
import { createAccess, type FakeAccess } from "./fake-access.ts";
import { answer, fakeServer, readBody, type FakeServer } from "./fake-server.ts";

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
  /** Mode `enterprise`, as soon as there is a user. */
  readonly access: FakeAccess;
  /** Content that the language model writes next. */
  modelSays: string;
  readonly seen: readonly Seen[];
  /** What the chat history was given, whatever the conversation. */
  readonly messages: readonly unknown[];
  /** Where the gateway's `/router` leads; undefined: nowhere. */
  routerUrl: string | undefined;
}

export const say = (text: string): unknown => ({ kind: "message", parts: [{ kind: "text", text }] });
const saidTo = ({ params }: Call): string => params.message.parts.map(({ text }) => text ?? "").join(" ");

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
  const history = createHistory();
  const access = createAccess();

  const agentAnswer = async (name: string, rest: string, text: string): Promise<Reply> => {
    const agent = agents.get(name);
    if (agent === undefined) return NO_ROUTE;
    if (rest === "/.well-known/agent-card.json") return [200, agent.card];
    if (rest !== "/") return [404, {}];
    return [200, { jsonrpc: "2.0", id: 1, result: await agent.reply(JSON.parse(text) as Call) }];
  };

  const replyTo = async (call: Seen): Promise<Reply> => {
    const { method, path, text, body } = call;
    const status = broken.get(path.split("/")[1] ?? "");
    if (status !== undefined) return [status, { message: "broken", detail: "broken" }];
    const login = access.login(call);
    if (login !== undefined) return login;
    const [, name, rest] = /^\/agents\/agent-([^/]+)(\/.*)?$/.exec(path) ?? [];
    if (name !== undefined) return agentAnswer(name, rest ?? "/", text);
    switch (`${method} ${path}`) {
      case "GET /registry/agents":
      case "GET /agents":
        return [200, { agents: [...agents].map(([agent, { card, hash }]) => view(agent, card, hash)) }];
      case "GET /registry/health":
      case "GET /api/v1/healthcheck":
        return [200, { status: "ok" }];
      case "GET /status":
        return [200, statusOf(agents.size)];
      case "GET /api/v1/registry/user/agents":
        return [200, { data: [] }];
      case "POST /model/chat/completions":
        return [200, { choices: [{ message: { content: platform.modelSays } }] }];
    }
    return history.reply(method, path.replace(/^\/api\/v1/, ""), body) ?? NO_ROUTE;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const text = await readBody(request);
    const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
    const body: unknown = isJson && text !== "" ? JSON.parse(text) : undefined;
    const method = request.method ?? "";
    const call = { method, path, authorization: request.headers.authorization, text, body };
    seen.push(call);
    if (!access.admits(call)) {
      answer(response, 401, { message: "Unauthorized" });
      return;
    }
    if (path.startsWith("/router") && platform.routerUrl !== undefined) {
      await forward(`${platform.routerUrl}${path}`, call, response);
      return;
    }
    answer(response, ...(await replyTo(call)));
  };

  const server = await fakeServer((request, response) => void serve(request, response));
  const platform: FakePlatform = {
    ...server,
    agents,
    access,
    broken,
    modelSays: "",
    routerUrl: undefined,
    seen,
    messages: history.messages,
  };
  return platform;
}

const NO_ROUTE: Reply = [404, { message: "no Route matched with those values" }];

/** As a gateway does: bit by bit. */
async function forward(
  url: string,
  { method, authorization, text }: Seen,
  response: ServerResponse,
): Promise<void> {
  const answered = await fetch(url, {
    method,
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    ...(text === "" ? {} : { body: text }),
  });
  response.writeHead(answered.status, { "content-type": answered.headers.get("content-type") ?? "" });
  for await (const chunk of answered.body ?? []) response.write(chunk);
  response.end();
}

const statusOf = (count: number): unknown => ({
  status: "healthy",
  services_count: count,
  last_sync: "2026-01-01T00:00:00.000Z",
  kong_status: "healthy",
  docker_status: "healthy",
  problems: [],
});

const view = (agent: string, card: FakeAgent["card"], hash = "v1:1"): unknown => ({
  agent,
  served: {
    container: `c-${agent}`,
    hash,
    since: "2026-01-01T00:00:00.000Z",
    url_path: `/agents/agent-${agent}`,
    card,
  },
  candidates: [{ container: `c-${agent}`, hash, state: "admitted", reason: "its agent card can be fetched" }],
});
