import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { planContainer } from "../../../../platform/blueprint/container-plan.ts";
import { baseIdentity } from "../../../../platform/images/base-recipes.ts";
import { htpasswdLine } from "../../../../platform/blueprint/htpasswd-line.ts";
import type { PlannedImage } from "../../../../platform/blueprint/images.ts";
import type { ServiceDefinition } from "../../../../platform/services/define-service.ts";
import { type EnvValue, foldEnvValue } from "../../../../platform/services/env-value.ts";
import type { ServiceSpec } from "../../../../platform/services/service-spec.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import { selfSigned } from "../../../../platform/tls/self-signed.ts";
import { builtOffline, client, prepared } from "../images/containers.ts";

/** Value of every secret in these tests, by its purpose. */
export const secretOf = (purpose: string): string => `${purpose}-0123456789`;

/** What a test may change of a service's description. */
export interface Changes {
  /** Environment on top of the service's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Services that are part of the stack. @default all */
  readonly has?: (service: string) => boolean;
}

/** Containers of services as their files describe them, on one network, all gone after `clean`. */
export class Stack {
  readonly label = `offline-data-${randomUUID().slice(0, 8)}`;
  #network: string | undefined;

  /** Starts the service's container on its volumes and waits until its own health check passes. */
  async start(define: ServiceDefinition<ServiceSpec>, changes: Changes = {}): Promise<Running> {
    const spec = define({ settings: settings(), has: changes.has ?? ((): boolean => true) });
    if (spec.kind !== "service" || spec.image.kind !== "public")
      throw new Error(`${spec.name} is no service`);
    const image = await builtOffline(spec.image.name.slice(spec.image.name.lastIndexOf("/") + 1));
    const plan = planContainer(spec, planned(image), {
      stack: this.label,
      dockerSocket: "/var/run/docker.sock",
    });
    const env = Object.entries({ ...plan.env, ...changes.env });
    const network = await this.#joinedNetwork();
    const container = await client.call(`create ${plan.name}`, (docker) =>
      docker.createContainer({
        Image: image,
        Labels: { "nasiko.stack": this.label },
        ...(plan.entrypoint === undefined ? {} : { Entrypoint: [...plan.entrypoint] }),
        ...(plan.command === undefined ? {} : { Cmd: [...plan.command] }),
        Env: env.map(([name, value]) => `${name}=${plain(value)}`),
        User: plan.user ?? "",
        StopSignal: plan.stopSignal,
        Healthcheck: {
          Test: [...(plan.health?.test ?? [])],
          Interval: 1e9,
          Timeout: 60e9,
          StartPeriod: 1200e9,
        },
        HostConfig: {
          Binds: plan.volumes.map(({ volume, path }) => `${this.label}-${volume}:${path}`),
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges"],
          ReadonlyRootfs: plan.readOnly,
          Tmpfs: plan.tmpfs,
          Memory: plan.memoryMegabytes * 1024 * 1024,
        },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [spec.name] } } },
      }),
    );
    await container.start();
    const running = new Running(container, network);
    await running.healthy();
    return running;
  }

  /** Starts a program for Node in the place of a service, and gives the address of its container. */
  async program(name: string, program: string): Promise<string> {
    await prepared("base-node");
    return this.neighbour(name, baseIdentity("base-node").reference, ["node", "-e", program]);
  }

  /** Starts a container that stands for another service, known by its name on the network, and gives its address. */
  async neighbour(name: string, image: string, command: readonly string[]): Promise<string> {
    const network = await this.#joinedNetwork();
    const container = await client.call(`create ${name}`, (docker) =>
      docker.createContainer({
        Image: image,
        Cmd: [...command],
        Labels: { "nasiko.stack": this.label },
        User: "1000:1000",
        HostConfig: { CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"], ReadonlyRootfs: true },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [name] } } },
      }),
    );
    await container.start();
    return new Running(container, network).address();
  }

  async clean(): Promise<void> {
    await client.call("clean up", async (docker) => {
      for (const { Id } of await client.containers({ labels: [`nasiko.stack=${this.label}`] }))
        await docker.getContainer(Id).remove({ force: true, v: true });
      const { Volumes } = await docker.listVolumes();
      for (const { Name } of Volumes.filter((volume) => volume.Name.startsWith(`${this.label}-`)))
        await docker.getVolume(Name).remove();
      if (this.#network !== undefined) await docker.getNetwork(this.#network).remove();
    });
  }

  async #joinedNetwork(): Promise<string> {
    this.#network ??= await client.call("create a network", async (docker) => {
      const network = await docker.createNetwork({
        Name: this.label,
        Labels: { "nasiko.stack": this.label },
      });
      return network.id;
    });
    return this.#network;
  }
}

/** Milliseconds until a container that never becomes healthy fails its test; far more than a slow machine needs. */
const LIMIT = 1_200_000;

/** A container whose health check has passed. */
export class Running {
  readonly container: Docker.Container;
  readonly #network: string;

  constructor(container: Docker.Container, network: string) {
    this.container = container;
    this.#network = network;
  }

  /** Its address, which this machine can reach without a published port. */
  async address(): Promise<string> {
    const { NetworkSettings } = await this.container.inspect();
    const endpoint = Object.values(NetworkSettings.Networks).find(
      ({ NetworkID }) => NetworkID === this.#network,
    );
    if (endpoint === undefined) throw new Error("not on the network");
    return endpoint.IPAddress;
  }

  async healthy(): Promise<void> {
    for (const end = Date.now() + LIMIT; Date.now() < end;) {
      const { State } = await this.container.inspect();
      if (State.Health?.Status === "healthy") return;
      if (!State.Running || State.Health?.Status === "unhealthy") break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const { State } = await this.container.inspect();
    const probes = State.Health?.Log.map(({ ExitCode, Output }) => `${ExitCode} ${Output.trim()}`) ?? [];
    const log = await client.logs(this.container.id, 20);
    throw new Error([`never healthy (exit code ${State.ExitCode})`, ...probes, ...log].join("\n"));
  }

  /** Stops it as `down` would, and removes it; its volumes stay. @returns its exit code */
  async replace(): Promise<number> {
    await this.container.stop({ t: 300 });
    const { State } = await this.container.inspect();
    await this.container.remove();
    return State.ExitCode;
  }

  /** Kills it without a warning, and removes it; its volumes stay. */
  async kill(): Promise<void> {
    await this.container.kill({ signal: "SIGKILL" });
    await this.container.remove({ force: true });
  }
}

function settings(): Parameters<ServiceDefinition>[0]["settings"] {
  const result = resolveSettings({ stack: "local", architecture: "x64", env: [], stackConfig: {} });
  if (!result.ok) throw new Error(result.problems[0]?.message);
  return result.resolved.settings;
}

/** Only the reference counts here; the rest fills the shape. */
const planned = (reference: string): PlannedImage => ({
  kind: "built",
  name: "test",
  reference,
  hash: `v1:${"0".repeat(64)}`,
  shortHash: "0".repeat(16),
  context: ".",
  dockerfile: { path: "Dockerfile" },
  args: {},
  bases: [],
  publicBases: [],
  mappings: [],
  buildKit: [],
  origin: "offline",
});

const plain = (value: EnvValue): string =>
  foldEnvValue<string>(value, {
    text: (text) => text,
    secret: ({ secret, chosen }) => chosen ?? secretOf(secret),
    sensitive: ({ value: text }) => text,
    derived: () => {
      throw new Error("no service of these tests derives a secret");
    },
    certificate: (seed, { names, part }) => selfSigned(seed, names, new Date())[part],
    htpasswd: (password, { user }) => htpasswdLine(user, password),
    template: (parts) => parts.join(""),
  });
