import { randomUUID } from "node:crypto";
import type Docker from "dockerode";
import { htpasswdLine } from "../../../../platform/blueprint/htpasswd-line.ts";
import { builtOffline, client, prepared } from "../../offline/images/containers.ts";

/** A container of an offline image, reached through a port of the loopback interface. */
export interface Store {
  readonly port: number;
  readonly container: Docker.Container;
}

/** What opens the registry. */
export const REGISTRY_LOGIN = "worker:s3cret";

/** Stores of one test file, as the platform runs them; all gone after `clean`. */
export class Stores {
  readonly #label = `app-test-${randomUUID().slice(0, 8)}`;

  readonly mongo = (): Promise<Store> =>
    this.#start("mongo", 27017, "999:999", {
      Env: ["MONGO_INITDB_ROOT_USERNAME=admin", "MONGO_INITDB_ROOT_PASSWORD=s3cret"],
    });

  readonly redis = (): Promise<Store> =>
    this.#start("redis", 6379, "999:999", {
      Cmd: ["redis-server", "--requirepass", "s3cret", "--dir", "/tmp"],
    });

  readonly registry = (): Promise<Store> =>
    this.#start("registry", 5000, "0:0", {
      Entrypoint: ["sh", "-c"],
      Cmd: [`printf '%s\\n' "$LOGINS" > /tmp/htpasswd; exec registry serve /etc/distribution/config.yml`],
      Env: [
        `LOGINS=${htpasswdLine("worker", "s3cret")}`,
        ...["REGISTRY_AUTH=htpasswd", "REGISTRY_AUTH_HTPASSWD_REALM=test"],
        "REGISTRY_AUTH_HTPASSWD_PATH=/tmp/htpasswd",
      ],
    });

  async clean(): Promise<void> {
    await client.call("clean up", async (docker) => {
      for (const { Id } of await client.containers({ labels: [`nasiko.stack=${this.#label}`] }))
        await docker.getContainer(Id).remove({ force: true, v: true });
    });
  }

  async #start(
    name: string,
    port: number,
    user: string,
    more: Docker.ContainerCreateOptions = {},
  ): Promise<Store> {
    await prepared("base-debian");
    const image = await builtOffline(name);
    const container = await client.call(`create ${name}`, (docker) =>
      docker.createContainer({
        Image: image,
        ...more,
        User: user,
        Labels: { "nasiko.stack": this.#label },
        ExposedPorts: { [`${port}/tcp`]: {} },
        HostConfig: {
          CapDrop: ["ALL"],
          Tmpfs: { "/tmp": "mode=1777" },
          PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
        },
      }),
    );
    await container.start();
    return { container, port: await publishedPort(container, port) };
  }
}

/** A restart gives another port. */
async function publishedPort(container: Docker.Container, port: number): Promise<number> {
  const { NetworkSettings } = await container.inspect();
  const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
  if (binding === undefined) throw new Error(`port ${port} is not published`);
  return Number(binding.HostPort);
}
