export type Reply = readonly [status: number, body?: unknown];

interface Message {
  readonly role: string;
  readonly content: string;
  readonly agent_id?: string;
}

/** The chat history's HTTP interface, in memory. */
export interface FakeHistory {
  readonly messages: readonly unknown[];
  /** Undefined: none of its paths. */
  readonly reply: (method: string, path: string, body: unknown) => Reply | undefined;
}

export function createHistory(): FakeHistory {
  const sessions = new Map<string, Message[]>();
  const messages: unknown[] = [];
  return {
    messages,
    reply: (method, path, body) => {
      if (path === "/chat/session" && method === "POST") {
        const { session_id } = body as { session_id: string };
        if (!sessions.has(session_id)) sessions.set(session_id, []);
        return [201, body];
      }
      if (path === "/chat/session/list") return [200, page([...sessions].map(sessionView).toReversed())];
      const [, id, part] = /^\/chat\/session\/([^/]+)(\/messages)?$/.exec(path) ?? [];
      const list = id === undefined ? undefined : sessions.get(id);
      if (id === undefined) return undefined;
      if (list === undefined) return [404, { detail: "There is no such session" }];
      if (method === "DELETE") return sessions.delete(id) ? [204] : [404];
      if (part === undefined) return [200, sessionView([id, list])];
      if (method === "GET") return [200, page(list)];
      list.push(body as Message);
      messages.push(body);
      return [201, body];
    },
  };
}

const page = (data: readonly unknown[]): unknown => ({
  data,
  next_cursor: null,
  prev_cursor: null,
  has_more: false,
});

const sessionView = ([session_id, list]: readonly [string, readonly Message[]]): unknown => ({
  session_id,
  title: list[0]?.content ?? "New conversation",
  agent_id: null,
  created_at: new Date().toISOString(),
  updated_at: new Date().toISOString(),
  message_count: list.length,
  last_message: list.at(-1)?.content ?? null,
});
