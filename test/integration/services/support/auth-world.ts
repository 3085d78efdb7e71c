import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readBody } from "./fake-server.ts";
import { eventually, startService, type ServiceProcess } from "./service-process.ts";
import { ask, at, type Answer, type Ask } from "./http.ts";
import { Stores } from "./stores.ts";

const MAIN = new URL("../../../../services/nasiko-auth-service/src/main.ts", import.meta.url).pathname;

export const SUPERUSER = {
  access_key: "NASK_superuserofthistest",
  access_secret: "the-super-user-of-this-test-000000",
};
export const SERVICE_TOKEN = "service-token-of-this-test";
export const JWT_SECRET = "the-jwt-secret-of-this-test-0000000";
const AGENTS_SECRET = "the-agents-secret-of-this-test-00000";

/** What the program hands to an agent of the stack. */
export const agentSecret = (agent: string): string =>
  createHmac("sha256", AGENTS_SECRET).update(`stack:${agent}`).digest("hex");

export interface Account {
  readonly id: string;
  readonly access_key: string;
  readonly access_secret: string;
}

/** The auth service with a MongoDB and a Redis of its own, and a gateway that only remembers. */
export class AuthWorld {
  readonly kong: KongMemory;
  readonly #stores: Stores;
  readonly #service: ServiceProcess;
  #count = 0;

  private constructor(stores: Stores, kong: KongMemory, service: ServiceProcess) {
    this.#stores = stores;
    this.kong = kong;
    this.#service = service;
  }

  static async start(more: Readonly<Record<string, string>> = {}): Promise<AuthWorld> {
    const stores = new Stores();
    const [mongo, redis, kong] = await Promise.all([stores.mongo(), stores.redis(), KongMemory.start()]);
    const service = await startService(MAIN, {
      MONGO_URL: `mongodb://admin:s3cret@127.0.0.1:${mongo.port}/?authSource=admin`,
      REDIS_URL: `redis://:s3cret@127.0.0.1:${redis.port}/0`,
      JWT_SECRET,
      SUPERUSER_ACCESS_KEY: SUPERUSER.access_key,
      SUPERUSER_ACCESS_SECRET: SUPERUSER.access_secret,
      AGENTS_ACCESS_SECRET: AGENTS_SECRET,
      NASIKO_SERVICE_TOKEN: SERVICE_TOKEN,
      KONG_ADMIN_URL: kong.url,
      ...more,
    });
    const world = new AuthWorld(stores, kong, service);
    await eventually(async () => ((await world.ask("/health")).status === 200 ? true : undefined));
    return world;
  }

  get url(): string {
    return this.#service.url;
  }

  readonly ask = (path: string, more: Ask = {}): Promise<Answer> =>
    ask(`${this.#service.url}${path}`, { token: "", ...more });

  readonly post = (path: string, token: string, json: unknown = {}): Promise<Answer> =>
    this.ask(path, { method: "POST", token, json });

  /** Everything that the service has logged. */
  readonly output = (): string => this.#service.output();

  login(credentials: Pick<Account, "access_key" | "access_secret">): Promise<Answer> {
    const { access_key, access_secret } = credentials;
    return this.post("/auth/users/login", "", { access_key, access_secret });
  }

  async token(credentials: Pick<Account, "access_key" | "access_secret">): Promise<string> {
    const answer = await this.login(credentials);
    if (answer.status !== 200) throw new Error(`no token: ${JSON.stringify(answer)}`);
    return String(at(answer.body, "token"));
  }

  async register(superToken: string, more: Readonly<Record<string, unknown>> = {}): Promise<Account> {
    const username = `user${++this.#count}`;
    const wanted = { username, email: `${username}@example.org`, ...more };
    const { status, body } = await this.post("/auth/users/register", superToken, wanted);
    if (status !== 200) throw new Error(`no user: ${JSON.stringify(body)}`);
    return {
      id: String(at(body, "user_id")),
      access_key: String(at(body, "access_key")),
      access_secret: String(at(body, "access_secret")),
    };
  }

  /** @returns the exit code of the service */
  async stop(): Promise<number | null> {
    const code = await this.#service.stop();
    await Promise.all([this.kong.stop(), this.#stores.clean()]);
    return code;
  }
}

interface Row {
  readonly id: string;
  readonly tags: readonly string[];
  readonly [field: string]: unknown;
}

/** As much of Kong's Admin API as is about consumers; that the real stand-in takes the same, other tests show. */
export class KongMemory {
  readonly url: string;
  readonly consumers: Row[] = [];
  readonly jwts: Row[] = [];
  readonly acls: Row[] = [];
  /** While set, every call is refused. */
  broken = false;
  readonly #server: ReturnType<typeof createServer>;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<KongMemory> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const kong = new KongMemory(server);
    server.on("request", (request, response) => {
      void readBody(request).then((body) => {
        const { status, answer } = kong.#handle(request.method ?? "", request.url ?? "", body);
        response.statusCode = status;
        response.end(answer === undefined ? "" : JSON.stringify(answer));
      });
    });
    return kong;
  }

  /** Groups of a consumer, by its custom_id. */
  groupsOf(customId: string): readonly unknown[] {
    const consumer = this.consumers.find(({ custom_id }) => custom_id === customId);
    return this.acls.filter((row) => at(row, "consumer.id") === consumer?.id).map(({ group }) => group);
  }

  /** Credentials of a consumer, by its custom_id. */
  credentialsOf(customId: string): readonly Row[] {
    const consumer = this.consumers.find(({ custom_id }) => custom_id === customId);
    return this.jwts.filter((row) => at(row, "consumer.id") === consumer?.id);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #handle(method: string, url: string, body: string): { readonly status: number; readonly answer?: unknown } {
    if (this.broken) return { status: 503, answer: { message: "broken" } };
    const { pathname, searchParams } = new URL(url, "http://kong");
    const [collection = "", username = "", nested, id] = pathname.split("/").slice(1);
    const fields = body === "" ? {} : (JSON.parse(body) as Readonly<Record<string, unknown>>);
    if (method === "GET") {
      const rows = { consumers: this.consumers, jwts: this.jwts, acls: this.acls }[collection];
      if (rows === undefined) return { status: 404 };
      const tag = searchParams.get("tags");
      return { status: 200, answer: { data: rows.filter(({ tags }) => tag === null || tags.includes(tag)) } };
    }
    const consumer = this.consumers.find((row) => row["username"] === username);
    if (nested === undefined) {
      if (method === "DELETE") this.#forget(consumer);
      else if (consumer === undefined)
        this.consumers.push({ id: crypto.randomUUID(), tags: [], username, ...fields });
      return { status: method === "DELETE" ? 204 : 200 };
    }
    const rows = nested === "jwt" ? this.jwts : this.acls;
    if (consumer === undefined) return { status: 404, answer: { message: "Not found" } };
    if (method === "DELETE") remove(rows, (row) => row.id === id);
    else rows.push({ id: crypto.randomUUID(), tags: [], consumer: { id: consumer.id }, ...fields });
    return { status: method === "DELETE" ? 204 : 201 };
  }

  #forget(consumer: Row | undefined): void {
    remove(this.consumers, (row) => row === consumer);
    for (const rows of [this.jwts, this.acls]) remove(rows, (row) => at(row, "consumer.id") === consumer?.id);
  }
}

function remove(rows: Row[], which: (row: Row) => boolean): void {
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    if (row !== undefined && which(row)) rows.splice(index, 1);
  }
}
