import type Docker from "dockerode";
import { isVersionRefusal } from "../../formats/api-version.ts";
import { negotiated } from "../../formats/negotiated.ts";
import { connectionAddress, connectionOptions, type DockerConnection } from "./connection.ts";
import { completeInspection, completeList, completeListed } from "./complete.ts";
import { dockerError, engineMessage, isHangUp, statusCodeOf } from "./docker-error.ts";
import { engineGet } from "./engine-get.ts";
import { engineSilent } from "./errors.ts";
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
  /**
   * The library itself, for what is not wrapped here; `operation` completes "Docker could not …".
   * @param silence milliseconds that the engine may say nothing; {@link UNLIMITED} for what takes as long as it takes
   * @default that of the connection
   * @throws NSK-ENGINE-SILENT and the other errors of errors.ts
   */
  call<Result>(
    operation: string,
    request: (docker: Docker) => Promise<Result>,
    silence?: number,
  ): Promise<Result>;
  /** Like `call`, with undefined instead of an error when the engine knows no such object. */
  find<Result>(
    operation: string,
    request: (docker: Docker) => Promise<Result>,
    silence?: number,
  ): Promise<Result | undefined>;
}

/** Of builds, pulls, logs that are followed and the like: they say nothing for as long as nothing happens. */
export const UNLIMITED = Infinity;
/** Milliseconds. A busy engine takes a minute to start a container; one that is stuck never answers. */
export const SILENCE = 300_000;

/**
 * A client for the engine of `connection`. Connects, and loads the library, on first use only. Every request carries
 * the newest version of the API that the engine and this client both know.
 */
export function createDockerClient(connection: DockerConnection = {}): DockerClient {
  const options = connectionOptions(connection);
  const address = connectionAddress(options);
  const usual = connection.silence ?? SILENCE;
  const version = negotiated(() => engineGet(options, "/version", usual));
  const docker = async (silence: number): Promise<Docker> => {
    const prefix = await version.prefix();
    // dockerode takes about 0.1 s to load: not before something needs the engine.
    const { default: Library } = await import("dockerode");
    const limit = silence === UNLIMITED ? {} : { timeout: silence };
    return new Library({ ...options, version: prefix.slice(1), ...limit });
  };
  /** Whether only the version was wrong: the engine was upgraded meanwhile, and is asked for its versions again. */
  const isOutdated = (thrown: unknown): boolean => {
    const outdated = isVersionRefusal(statusCodeOf(thrown), engineMessage(thrown));
    if (outdated) version.forget();
    return outdated;
  };
  const explained = async <Result>(
    operation: string,
    ask: () => Promise<Result>,
    silence = usual,
  ): Promise<Result> => {
    const started = performance.now();
    try {
      return await ask();
    } catch (thrown) {
      // The library hangs up on an engine that was silent for too long, and says no more than that.
      const waited = performance.now() - started;
      if (isHangUp(thrown) && waited >= silence) throw engineSilent({ address, operation, waited }, thrown);
      throw dockerError(operation, address, thrown);
    }
  };

  const call: DockerClient["call"] = (operation, request, silence = usual) =>
    explained(
      operation,
      async () => {
        const engine = await docker(silence);
        return request(engine).catch((thrown: unknown) => {
          // What was sent with it may be used up: whoever asks next asks with the right version.
          isOutdated(thrown);
          throw thrown;
        });
      },
      silence,
    );
  const find: DockerClient["find"] = (operation, request, silence) =>
    unlessMissing(() => call(operation, request, silence));
  /** The types are those of the engine's API, as the library describes it; nobody else checks what it answers. */
  const get = <Result>(operation: string, path: string): Promise<Result> => {
    const ask = async (): Promise<Result> =>
      (await engineGet(options, `${await version.prefix()}${path}`, usual)) as Result;
    return explained(operation, () =>
      ask().catch((thrown: unknown) => {
        if (isOutdated(thrown)) return ask();
        throw thrown;
      }),
    );
  };
  const look = <Result>(operation: string, path: string): Promise<Result | undefined> =>
    unlessMissing(() => get<Result>(operation, path));

  return {
    address,
    call,
    find,
    ping: async () => {
      // The first question of most commands; its answer is of use later.
      await explained("tell its version", () => version.prefix());
    },
    version: async () => {
      const info = await get<Docker.DockerVersion>("tell its version", "/version");
      return { engine: info.Version, api: info.ApiVersion, os: info.Os, arch: info.Arch };
    },
    containers: async (filter) => {
      const path = `/containers/json?all=true&${filters(filter, "id")}`;
      return completeList(await get<readonly Docker.ContainerInfo[] | null>("list containers", path)).map(
        completeListed,
      );
    },
    networks: async (filter) =>
      completeList(await get("list networks", `/networks?${filters(filter, "id")}`)),
    volumes: async (filter) => {
      const found = await get<{ readonly Volumes: readonly Docker.VolumeInspectInfo[] | null }>(
        "list volumes",
        `/volumes?${filters(filter, "name")}`,
      );
      return found.Volumes ?? [];
    },
    images: async () => completeList(await get("list images", "/images/json")),
    container: async (id) => {
      const path = `/containers/${encodeURIComponent(id)}/json`;
      const found = await look<Docker.ContainerInspectInfo>(`inspect ${id}`, path);
      return found === undefined ? undefined : completeInspection(found);
    },
    network: (id) => look(`inspect network ${id}`, `/networks/${encodeURIComponent(id)}`),
    volume: (name) => look(`inspect volume ${name}`, `/volumes/${encodeURIComponent(name)}`),
    // The engine takes the slashes of a reference as they are.
    image: (reference) => look(`inspect image ${reference}`, `/images/${encodeURI(reference)}/json`),
    watch: (id) => call(`tell of events of ${id}`, (engine) => watchContainer(engine, id), UNLIMITED),
    logs: (id, tail) => call(`read the logs of ${id}`, (engine) => readLogs(engine, id, tail)),
    exec: (id, command, how) =>
      call(`run a command in ${id}`, (engine) => readExec(engine, id, command, how), UNLIMITED),
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

/** As a query of the engine's API. */
function filters(filter: ObjectFilter, identity: "id" | "name"): string {
  const wanted = {
    ...(filter.labels === undefined ? {} : { label: filter.labels }),
    ...(filter.ids === undefined ? {} : { [identity]: filter.ids }),
  };
  return `filters=${encodeURIComponent(JSON.stringify(wanted))}`;
}
