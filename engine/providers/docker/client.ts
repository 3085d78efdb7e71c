import type Docker from "dockerode";
import { connectionAddress, connectionOptions, type DockerConnection } from "./connection.ts";
import { dockerError, statusCodeOf } from "./docker-error.ts";
import { canGet, engineGet } from "./engine-get.ts";
import { type ExecOptions, type ExecResult, readExec, readLogs } from "./container-streams.ts";
import { type ContainerWatch, watchContainer } from "./container-watch.ts";

export type { DockerConnection } from "./connection.ts";

/** Narrows a list to objects that carry all these labels (`key` or `key=value`), or to these ids or names. */
export interface ObjectFilter {
  readonly labels?: readonly string[];
  readonly ids?: readonly string[];
}

interface EngineVersion {
  /** e.g. "20.10.24" */
  readonly engine: string;
  /** e.g. "1.41" */
  readonly api: string;
  /** e.g. "linux" */
  readonly os: string;
  /** e.g. "amd64" */
  readonly arch: string;
}

/** The engine, as far as providers and the CLI use it. Errors are those of errors.ts, one line each. */
export interface DockerClient {
  /** Where it is, for people, e.g. "unix:///var/run/docker.sock". */
  readonly address: string;
  /** @throws NSK-ENGINE-UNREACHABLE */
  ping(): Promise<void>;
  version(): Promise<EngineVersion>;
  /** All containers, running or not. */
  containers(filter: ObjectFilter): Promise<readonly Docker.ContainerInfo[]>;
  networks(filter: ObjectFilter): Promise<readonly Docker.NetworkInspectInfo[]>;
  volumes(filter: ObjectFilter): Promise<readonly Docker.VolumeInspectInfo[]>;
  images(): Promise<readonly Docker.ImageInfo[]>;
  /** Undefined when there is none of that id or name. */
  container(idOrName: string): Promise<Docker.ContainerInspectInfo | undefined>;
  network(idOrName: string): Promise<Docker.NetworkInspectInfo | undefined>;
  volume(name: string): Promise<Docker.VolumeInspectInfo | undefined>;
  image(reference: string): Promise<Docker.ImageInspectInfo | undefined>;
  /** News of a container from now on: its end, lack of memory, a change of its health. */
  watch(id: string): Promise<ContainerWatch>;
  /** The last lines of a container's output, oldest first. @param tail @default all lines */
  logs(id: string, tail?: number): Promise<readonly string[]>;
  /** Runs a command in a running container and waits for its end. */
  exec(id: string, command: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** The library itself, for what is not wrapped here; `operation` completes "Docker could not …". */
  call<Result>(operation: string, request: (docker: Docker) => Promise<Result>): Promise<Result>;
  /** Like `call`, with undefined instead of an error when the engine knows no such object. */
  find<Result>(operation: string, request: (docker: Docker) => Promise<Result>): Promise<Result | undefined>;
}

/** A client for the engine of `connection`. Connects, and loads the library, on first use only. */
export function createDockerClient(connection: DockerConnection = {}): DockerClient {
  const options = connectionOptions(connection);
  const address = connectionAddress(options);
  let library: Promise<Docker> | undefined;
  // dockerode takes about 0.1 s to load: not before something needs the engine.
  const docker = (): Promise<Docker> =>
    (library ??= import("dockerode").then(({ default: Library }) => new Library(options)));

  const call = async <Result>(
    operation: string,
    request: (docker: Docker) => Promise<Result>,
  ): Promise<Result> => {
    const engine = await docker();
    try {
      return await request(engine);
    } catch (thrown) {
      throw dockerError(operation, address, thrown);
    }
  };
  const find = <Result>(
    operation: string,
    request: (docker: Docker) => Promise<Result>,
  ): Promise<Result | undefined> => unlessMissing(() => call(operation, request));
  /** The types are those of the engine's API, as the library describes it; nobody else checks what it answers. */
  const get = async <Result>(operation: string, path: string): Promise<Result> => {
    if (!canGet(options)) return call(operation, (engine) => dial(engine, path) as Promise<Result>);
    try {
      return (await engineGet(options, path)) as Result;
    } catch (thrown) {
      throw dockerError(operation, address, thrown);
    }
  };
  const look = <Result>(operation: string, path: string): Promise<Result | undefined> =>
    unlessMissing(() => get<Result>(operation, path));

  return {
    address,
    call,
    find,
    ping: async () => {
      await get("answer a ping", "/_ping");
    },
    version: async () => {
      const info = await get<Docker.DockerVersion>("tell its version", "/version");
      return { engine: info.Version, api: info.ApiVersion, os: info.Os, arch: info.Arch };
    },
    containers: (filter) => get("list containers", `/containers/json?all=true&${filters(filter, "id")}`),
    networks: (filter) => get("list networks", `/networks?${filters(filter, "id")}`),
    volumes: async (filter) => {
      const found = await get<{ readonly Volumes: readonly Docker.VolumeInspectInfo[] | null }>(
        "list volumes",
        `/volumes?${filters(filter, "name")}`,
      );
      return found.Volumes ?? [];
    },
    images: () => get("list images", "/images/json"),
    container: (id) => look(`inspect ${id}`, `/containers/${encodeURIComponent(id)}/json`),
    network: (id) => look(`inspect network ${id}`, `/networks/${encodeURIComponent(id)}`),
    volume: (name) => look(`inspect volume ${name}`, `/volumes/${encodeURIComponent(name)}`),
    // The engine takes the slashes of a reference as they are.
    image: (reference) => look(`inspect image ${reference}`, `/images/${encodeURI(reference)}/json`),
    watch: (id) => call(`tell of events of ${id}`, (engine) => watchContainer(engine, id)),
    logs: (id, tail) => call(`read the logs of ${id}`, (engine) => readLogs(engine, id, tail)),
    exec: (id, command, how) =>
      call(`run a command in ${id}`, (engine) => readExec(engine, id, command, how)),
  };
}

/** Undefined when the engine knows no such object. */
async function unlessMissing<Result>(ask: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (statusCodeOf(thrown) === 404) return undefined;
    throw thrown;
  }
}

/** The same through the library, which speaks ssh. */
function dial(engine: Docker, path: string): Promise<unknown> {
  // The library types this part of itself as any.
  const modem = engine.modem as {
    dial(request: object, done: (error: Error | null, answer: unknown) => void): void;
  };
  return new Promise((resolve, reject) => {
    modem.dial({ path, method: "GET", statusCodes: { 200: true } }, (error, answer) => {
      if (error === null) resolve(answer);
      else reject(error);
    });
  });
}

/** As a query of the engine's API. */
function filters(filter: ObjectFilter, identity: "id" | "name"): string {
  const wanted = {
    ...(filter.labels === undefined ? {} : { label: filter.labels }),
    ...(filter.ids === undefined ? {} : { [identity]: filter.ids }),
  };
  return `filters=${encodeURIComponent(JSON.stringify(wanted))}`;
}
