import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { ContainerInfo } from "dockerode";
import { baseIdentity } from "../../../../platform/images/base-recipes.ts";
import { PUBLIC_BASES } from "../../../../platform/images/public-bases.ts";
import { client, prepared } from "../../offline/images/containers.ts";
import { answer, fakeServer, readBody, type FakeServer } from "./fake-server.ts";
import { startService, type ServiceProcess } from "./service-process.ts";
import { REGISTRY_LOGIN, Stores } from "./stores.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";

const PROXY = new URL("../../../../services/docker-proxy/src/main.ts", import.meta.url).pathname;
export const TOKEN = "service-token-of-this-test";

/** A request that the backend got from the worker. */
export interface Told {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The worker with everything around it: real engine, build proxy, Redis and image registry. */
export class WorkerWorld {
  readonly stack = `worker-test-${randomUUID().slice(0, 8)}`;
  readonly network = `nasiko-${this.stack}-agents`;
  readonly told: Told[] = [];
  /** The backend refuses everything while this is set. */
  backendIsDown = false;
  readonly #stores = new Stores();
  #root = "";
  #redis: Redis | undefined;
  #outside: FakeServer | undefined;
  #proxy: ServiceProcess | undefined;
  #worker: WorkerProcess | undefined;
  #environment: Readonly<Record<string, string>> = {};
  #registryPort = 0;

  async start(): Promise<void> {
    await prepared("base-node");
    this.#root = await mkdtemp(join(tmpdir(), "nasiko-worker-"));
    await client.call("create a network", (docker) =>
      docker.createNetwork({ Name: this.network, Labels: { "nasiko.stack": this.stack } }),
    );
    const [redis, registry] = await Promise.all([this.#stores.redis(), this.#stores.registry()]);
    this.#registryPort = registry.port;
    this.#outside = await this.#startOutside();
    this.#proxy = await startService(PROXY, {
      NASIKO_PROXY_MODE: "build",
      NASIKO_STACK: this.stack,
      NASIKO_AGENTS_NETWORK: this.network,
      NASIKO_PUSH_REGISTRY: `127.0.0.1:${registry.port}`,
      NASIKO_PUSH_LOGIN: REGISTRY_LOGIN,
    });
    const redisUrl = `redis://:s3cret@127.0.0.1:${redis.port}/0`;
    this.#redis = new Redis(redisUrl);
    this.#environment = {
      REDIS_URL: redisUrl,
      NASIKO_STACK: this.stack,
      DOCKER_HOST: this.#proxy.url.replace("http:", "tcp:"),
      NASIKO_AGENTS_NETWORK: this.network,
      AGENTS_ROOT: this.#root,
      KONG_SERVICE_REGISTRY_URL: this.#outside.url,
      PUBLIC_GATEWAY_URL: "http://127.0.0.1:9100",
      NASIKO_SERVICE_TOKEN: TOKEN,
      NASIKO_REGISTRY_TOKEN: "token-of-the-registry",
      AGENTS_GATEWAY_SECRET: "secret-of-the-gateway",
      AGENT_REGISTRY_URL: `127.0.0.1:${registry.port}`,
      AGENT_REGISTRY_PUSH: `127.0.0.1:${registry.port}`,
      AGENT_REGISTRY_LOGIN: REGISTRY_LOGIN,
      NASIKO_BASE_IMAGES: JSON.stringify(
        PUBLIC_BASES.map(({ repository, tags, version, example, base }) => {
          const { name, hash, reference } = baseIdentity(base);
          return { repository, tags, version, example, reference, identity: `${name}@${hash}` };
        }),
      ),
      WORKER_RETRY_SECONDS: "1",
      WORKER_SERVED_SECONDS: "60",
      WORKER_HEARTBEAT_FILE: this.heartbeatFile,
      OPENAI_API_KEY: "key-for-agents",
      NASIKO_AGENT_KEYS_FOR: `${PREFIX}a`,
    };
    await this.startWorker();
  }

  get redis(): Redis {
    if (this.#redis === undefined) throw new Error("the world was not started");
    return this.#redis;
  }
  get worker(): WorkerProcess {
    if (this.#worker === undefined) throw new Error("the worker was not started");
    return this.#worker;
  }
  get proxyUrl(): string {
    return this.#proxy?.url ?? "";
  }
  get heartbeatFile(): string {
    return join(this.#root, "heartbeat");
  }

  async startWorker(over: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#worker = await startWorker({ ...this.#environment, ...over });
  }

  /** Writes a version of an agent to the volume. @returns its folder */
  async version(agent: string, version: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = join(this.#root, agent, `v${version}`);
    await mkdir(folder, { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    return folder;
  }

  async send(command: string, agent: string, path = ""): Promise<void> {
    const fields = {
      command,
      agent_name: agent,
      agent_path: path,
      owner_id: "me",
      upload_id: `upload-of-${agent}`,
    };
    const all = Object.entries({ ...fields, base_url: this.#outside?.url ?? "" }).flat();
    await this.redis.xadd("orchestration:commands", "*", ...all);
  }

  status(agent: string): Promise<Readonly<Record<string, string>>> {
    return this.redis.hgetall(`agent:status:${agent}`);
  }

  /** Containers of an agent, newest first. */
  async containers(agent: string): Promise<readonly ContainerInfo[]> {
    return client.containers({ labels: [`nasiko.stack=${this.stack}`, `nasiko.agent=${agent}`] });
  }

  /** What an agent says about itself. */
  async card(container: ContainerInfo): Promise<unknown> {
    const address = container.NetworkSettings.Networks[this.network]?.IPAddress ?? "";
    const response = await fetch(`http://${address}:5000/.well-known/agent-card.json`, {
      signal: AbortSignal.timeout(1000),
    });
    return response.json();
  }

  /** Tags that the image registry holds of an agent. */
  async pushed(agent: string): Promise<unknown> {
    const response = await fetch(
      `http://127.0.0.1:${this.#registryPort}/v2/nasiko/agent-${agent}/tags/list`,
      { headers: { authorization: `Basic ${Buffer.from(REGISTRY_LOGIN).toString("base64")}` } },
    );
    return response.json();
  }

  async clean(): Promise<void> {
    await this.#worker?.stop();
    await this.#proxy?.stop();
    await this.#outside?.stop();
    this.#redis?.disconnect();
    await this.#stores.clean();
    await client.call("clean up", async (docker) => {
      const images = new Set<string>();
      for (const { Id, ImageID } of await client.containers({ labels: [`nasiko.stack=${this.stack}`] })) {
        images.add(ImageID);
        await docker.getContainer(Id).remove({ force: true, v: true });
      }
      await docker.getNetwork(this.network).remove();
      for (const { RepoTags } of await docker.listImages())
        for (const tag of (RepoTags as readonly string[] | null) ?? [])
          if (tag.includes(`nasiko/agent-${PREFIX}`)) await docker.getImage(tag).remove();
    });
    await rm(this.#root, { recursive: true });
  }

  /** Backend and service registry. The latter serves the newest container that shows its card, as the real one does. */
  #startOutside(): Promise<FakeServer> {
    return fakeServer((request, response) => {
      const path = request.url ?? "";
      const agent = /^\/agents\/([\w-]+)$/.exec(path)?.[1];
      if (agent !== undefined) {
        void this.#served(agent).then((body) => answer(response, 200, body));
        return;
      }
      void readBody(request).then((text) => {
        if (this.backendIsDown) {
          answer(response, 503, { detail: "down" });
          return;
        }
        const { authorization } = request.headers;
        this.told.push({ path, authorization, body: JSON.parse(text) as Told["body"] });
        answer(response, 200, {});
      });
    });
  }

  async #served(agent: string): Promise<unknown> {
    const candidates = await Promise.all(
      (await this.containers(agent)).map(async (container) => {
        const hash = container.Labels["nasiko.hash"] ?? "";
        if (container.State !== "running") return { hash, state: "stopped", reason: container.Status };
        const card = await this.card(container).catch(() => undefined);
        return { hash, state: card === undefined ? "pending" : "admitted", reason: "it was asked" };
      }),
    );
    const best = candidates.find(({ state }) => state === "admitted");
    const served = best === undefined ? null : { hash: best.hash, url_path: `/agents/agent-${agent}` };
    return { agent, served, candidates };
  }
}

/**
 * Names of agents in these tests begin with this, so that their images can be told from others, those of a run that was
 * killed among them.
 */
export const PREFIX = `nasiko-test-${randomUUID().slice(0, 8)}-`;
