import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { builtOffline, client, forever, prepared, until } from "../../images/containers.ts";
import { ask, askJson, eventually, type Answered } from "./http.ts";
import { UPSTREAM_PROGRAM } from "./upstream-program.ts";

export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

type Body = Readonly<Record<string, unknown>>;

/** A network with PostgreSQL, the gateway and servers behind it, as the platform runs them; gone after `clean`. */
export class World {
  readonly #label = `kong-test-${randomUUID().slice(0, 8)}`;
  readonly #images: { readonly kong: string; readonly postgres: string };
  #ports: Readonly<Record<string, number>> = {};
  #kong: Docker.Container | undefined;
  #database: Docker.Container | undefined;

  private constructor(images: { readonly kong: string; readonly postgres: string }) {
    this.#images = images;
  }

  /** Builds the images if need be, and starts the database. */
  static async create(): Promise<World> {
    await prepared("base-node");
    const world = new World({ kong: await builtOffline("kong"), postgres: await builtOffline("postgres") });
    await client.call("create a network", (docker) =>
      docker.createNetwork({ Name: world.#label, Labels: world.#labels() }),
    );
    world.#database = await world.#start("kong-database", {
      Image: world.#images.postgres,
      Env: ["POSTGRES_USER=kong", "POSTGRES_PASSWORD=s3cret", "POSTGRES_DB=kong"],
      User: "999:999",
      StopSignal: "SIGINT",
    });
    await until(world.#database, "pg_isready -q -h 127.0.0.1 -U kong -d kong");
    return world;
  }

  /** With an empty, bootstrapped database and a gateway that is ready. */
  static async ready(): Promise<World> {
    const world = await World.create();
    const { exitCode, output } = await world.once("migrations", "bootstrap");
    if (exitCode !== 0) throw new Error(output);
    await world.startKong();
    return world;
  }

  get kong(): Docker.Container {
    if (this.#kong === undefined) throw new Error("the gateway was not started");
    return this.#kong;
  }
  get database(): Docker.Container {
    if (this.#database === undefined) throw new Error("the database was not started");
    return this.#database;
  }
  port(name: "proxy" | "admin" | "status"): number {
    return this.#ports[{ proxy: "8000/tcp", admin: "8001/tcp", status: "8007/tcp" }[name]] ?? 0;
  }

  /** Runs `kong <words>` to its end. */
  async once(...words: readonly string[]): Promise<Ended> {
    const container = await this.#start(
      `once-${randomUUID().slice(0, 8)}`,
      this.#kongOptions(["kong", ...words]),
    );
    const { StatusCode } = (await container.wait()) as { readonly StatusCode: number }; // the engine's answer to a wait
    return { exitCode: StatusCode, output: (await client.logs(container.id)).join("\n") };
  }

  async startKong(): Promise<void> {
    this.#kong = await this.#start("kong", this.#kongOptions(["kong", "docker-start"]));
    await this.#becomeReady();
  }

  async restartKong(): Promise<void> {
    await this.kong.restart();
    await this.#becomeReady();
  }

  /** Starts a server behind the gateway; its name on the network is the name that it tells. */
  startUpstream(name: string): Promise<Docker.Container> {
    return this.#start(name, {
      Image: this.#images.kong,
      Entrypoint: ["node", "-e", UPSTREAM_PROGRAM],
      Env: [`NAME=${name}`],
      User: "1000:1000",
    });
  }

  proxy(
    path: string,
    more: {
      readonly method?: string;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    } = {},
  ): Promise<Answered> {
    return ask({ port: this.port("proxy"), path, ...more });
  }
  admin(method: string, path: string, body?: Body): Promise<Answered> {
    const asked = { port: this.port("admin"), method, path };
    return body === undefined ? ask(asked) : askJson(asked, body);
  }
  /** A service for an upstream server with one route, both with the name of the path. */
  async expose(
    path: string,
    server: string,
    more: { readonly service?: Body; readonly route?: Body } = {},
  ): Promise<string> {
    const name = path.replaceAll(/[^a-z0-9]/g, "-");
    await this.#made(this.admin("PUT", `/services/${name}`, { host: server, port: 5000, ...more.service }));
    await this.#made(
      this.admin("PUT", `/routes/${name}`, { service: { name }, paths: [path], ...more.route }),
    );
    return name;
  }

  async clean(): Promise<void> {
    const ours = { labels: [`nasiko.stack=${this.#label}`] };
    await client.call("clean up", async (docker) => {
      for (const { Id } of await client.containers(ours))
        await docker.getContainer(Id).remove({ force: true, v: true });
      for (const { Id } of await client.networks(ours)) await docker.getNetwork(Id).remove();
    });
  }

  async #made(answer: Promise<Answered>): Promise<void> {
    const { status, text } = await answer;
    if (status >= 300) throw new Error(`${status}: ${text}`);
  }

  #labels(): Record<string, string> {
    return { "nasiko.stack": this.#label };
  }

  #kongOptions(command: string[]): Docker.ContainerCreateOptions {
    return {
      Image: this.#images.kong,
      Cmd: command,
      User: "1000:1000",
      StopSignal: "SIGQUIT",
      Env: [
        "KONG_DATABASE=postgres",
        "KONG_PG_HOST=kong-database",
        "KONG_PG_PASSWORD=s3cret",
        "KONG_PROXY_LISTEN=0.0.0.0:8000",
        "KONG_ADMIN_LISTEN=0.0.0.0:8001",
        "KONG_STATUS_LISTEN=0.0.0.0:8007",
        "KONG_PROXY_ACCESS_LOG=/dev/stdout",
        "KONG_WORKER_CONSISTENCY=strict",
      ],
      ExposedPorts: { "8000/tcp": {}, "8001/tcp": {}, "8007/tcp": {} },
    };
  }

  /** As the platform does: no root, no capabilities, nothing to write to but /tmp and the database's volume. */
  async #start(name: string, options: Docker.ContainerCreateOptions): Promise<Docker.Container> {
    const published = Object.keys(options.ExposedPorts ?? {});
    const container = await client.call(`create ${name}`, (docker) =>
      docker.createContainer({
        ...options,
        Labels: this.#labels(),
        NetworkingConfig: { EndpointsConfig: { [this.#label]: { Aliases: [name] } } },
        HostConfig: {
          NetworkMode: this.#label,
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges"],
          ReadonlyRootfs: true,
          Tmpfs: { "/tmp": "", ...(name === "kong-database" ? { "/run/postgresql": "mode=1777" } : {}) },
          PortBindings: Object.fromEntries(
            published.map((port) => [port, [{ HostIp: "127.0.0.1", HostPort: "" }]]),
          ),
        },
      }),
    );
    await container.start();
    return container;
  }

  /** A restart gives other host ports. */
  async #becomeReady(): Promise<void> {
    await until(this.kong, "kong health");
    const { NetworkSettings } = await this.kong.inspect();
    // The engine says null for a port that is not published.
    const ports = NetworkSettings.Ports as Record<string, readonly { readonly HostPort: string }[] | null>;
    this.#ports = Object.fromEntries(
      Object.entries(ports).map(([port, hosts]) => [port, Number(hosts?.[0]?.HostPort)]),
    );
    await eventually(
      async () => (await ask({ port: this.port("status"), path: "/status/ready" })).status === 200,
    );
  }
}

/** Runs a program inside a container. */
export const inside = (
  container: Docker.Container,
  ...command: readonly string[]
): ReturnType<typeof client.exec> => client.exec(container.id, command, { timeout: 20_000, signal: forever });

/** Memory that a container really needs, in bytes: without what the kernel keeps of files and can drop. */
export async function memoryOf(container: Docker.Container): Promise<number> {
  const { memory_stats: memory } = await container.stats({ stream: false });
  const stats: Readonly<Record<string, number | undefined>> = memory.stats;
  return memory.usage - (stats["inactive_file"] ?? stats["total_inactive_file"] ?? 0);
}
