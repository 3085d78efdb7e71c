import { DEAD_ENDS } from "../../../../services/service-registry/src/platform-proxies.ts";
import { answer, fakeServer, readBody, type FakeServer } from "./fake-server.ts";

type Fields = Readonly<Record<string, unknown>>;
interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

type Collection = "services" | "plugins" | "routes";

/** Kong's Admin API as far as the registry uses it. */
export interface FakeKong extends FakeServer {
  /** All entities of a kind, but for those that answer where nothing else does. */
  readonly all: (collection: Collection) => readonly Fields[];
  /** Puts an entity there behind the registry's back. */
  readonly plant: (collection: Collection, fields: Fields & { readonly id: string }) => void;
  /** Loses everything. */
  readonly clear: () => void;
  /** Writes that were accepted, e.g. "PUT services/<id>", with the same exception. */
  readonly writes: readonly string[];
  /** Refuses every write to this kind with 400, as a Kong without that plugin does. */
  refuses: Collection | undefined;
  /** Whether it says that its database can be reached. */
  databaseReachable: boolean;
}

export async function fakeKong(): Promise<FakeKong> {
  const store: Readonly<Record<Collection, Map<string, Fields>>> = {
    services: new Map(),
    plugins: new Map(),
    routes: new Map(),
  };
  const writes: string[] = [];

  const put = (collection: Collection, id: string, fields: Fields): Reply => {
    const others = [...store[collection].values()].filter((other) => other["id"] !== id);
    if (fake.refuses === collection && !isDeadEnd(fields))
      return { status: 400, body: { message: "schema violation" } };
    if (collection !== "plugins" && others.some(({ name }) => name === fields["name"]))
      return { status: 409, body: { message: "UNIQUE violation detected on name" } };
    const service = (fields["service"] as { id: string } | undefined)?.id;
    if (service !== undefined && !store.services.has(service))
      return { status: 400, body: { message: "the foreign key does not reference an existing service" } };
    const entity = { ...fields, id, created_at: 1, updated_at: 1 };
    store[collection].set(id, entity);
    return { status: 200, body: entity };
  };

  const remove = (collection: Collection, id: string): Reply => {
    const hasRoutes = [...store.routes.values()].some(
      ({ service }) => (service as { id?: string }).id === id,
    );
    if (collection === "services" && hasRoutes)
      return {
        status: 400,
        body: { message: "an existing 'routes' entity references this 'services' entity" },
      };
    store[collection].delete(id);
    return { status: 204 };
  };

  const respond = (method: string, target: string, text: string): Reply => {
    const url = new URL(target, "http://kong");
    if (url.pathname === "/status")
      return { status: 200, body: { database: { reachable: fake.databaseReachable } } };
    const match = /^\/(services|plugins|routes)(?:\/([0-9a-f-]{36}))?$/.exec(url.pathname);
    if (match === null) return { status: 404, body: { message: "Not found" } };
    const collection = match[1] as Collection;
    const id = match[2];
    if (id === undefined) return { status: 200, body: page([...store[collection].values()], url) };
    const before = store[collection].get(id) ?? {};
    const fields = method === "PUT" ? (JSON.parse(text) as Fields) : before;
    const reply = method === "PUT" ? put(collection, id, fields) : remove(collection, id);
    if (reply.status < 300 && !isDeadEnd(fields)) writes.push(`${method} ${collection}/${id}`);
    return reply;
  };

  const server = await fakeServer((request, response) => {
    void readBody(request).then((text) => {
      const { status, body } = respond(request.method ?? "", request.url ?? "/", text);
      answer(response, status, body);
    });
  });

  const fake: FakeKong = {
    ...server,
    all: (collection) => [...store[collection].values()].filter((fields) => !isDeadEnd(fields)),
    plant: (collection, fields) => void store[collection].set(fields.id, fields),
    clear: () => Object.values(store).forEach((entities) => entities.clear()),
    writes,
    refuses: undefined,
    databaseReachable: true,
  };
  return fake;
}

const isDeadEnd = ({ tags }: Fields): boolean =>
  Array.isArray(tags) &&
  DEAD_ENDS.some(({ name }) => (tags as readonly unknown[]).includes(`nasiko-proxy-${name}`));

/** Two at a time, whatever is asked for, so that a reader that stops after one page is found out. */
function page(all: readonly Fields[], url: URL): unknown {
  const start = Number(url.searchParams.get("offset") ?? "0");
  const more = start + 2 < all.length;
  return { data: all.slice(start, start + 2), ...(more ? { offset: String(start + 2) } : {}), next: null };
}
