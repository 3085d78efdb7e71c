/** A Docker engine that exists only as far as commands ask for it: a server on a socket, and containers as data. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FakeContainer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  running: boolean;
  health: "healthy" | "unhealthy" | "starting" | undefined;
  exitCode?: number;
  readonly image?: string;
  /** With the engine's timestamps before the text. */
  readonly log: string[];
  readonly hostPorts?: readonly number[];
  /** The file that records it. */
  readonly recordedIn?: string;
}

export interface FakeDocker {
  readonly host: string;
  readonly containers: FakeContainer[];
  /** Tags of images, each of an image of its own. */
  readonly images: string[];
  /** What was asked of it and changes something, e.g. "restart nasiko-local-kong". */
  readonly changes: string[];
  /** Writes a line now: whoever follows the container is told. */
  write(name: string, line: string): void;
  /** How many requests follow logs just now. */
  followers(): number;
  /** Ends the connections of those who follow a container, as its end does. */
  hangUp(name: string): void;
  close(): Promise<void>;
}

interface Follower {
  readonly name: string;
  readonly response: ServerResponse;
}

export async function createFakeDocker(): Promise<FakeDocker> {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-fake-docker-"));
  const socket = join(folder, "docker.sock");
  const containers: FakeContainer[] = [];
  const images: string[] = [];
  const changes: string[] = [];
  const followers = new Set<Follower>();
  const server = createServer((request, response) => {
    answer({ containers, images, changes, followers }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const of = (name: string): readonly Follower[] =>
    [...followers].filter((follower) => follower.name === name);
  return {
    host: `unix://${socket}`,
    containers,
    images,
    changes,
    write: (name, line) => {
      containers.find((container) => container.name === name)?.log.push(line);
      for (const { response } of of(name)) response.write(frame(line));
    },
    followers: () => followers.size,
    hangUp: (name) => {
      for (const follower of of(name)) {
        followers.delete(follower);
        follower.response.end();
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

interface World {
  readonly containers: FakeContainer[];
  readonly images: readonly string[];
  readonly changes: string[];
  readonly followers: Set<Follower>;
}

function answer(world: World, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://docker");
  const path = url.pathname.replace(/^\/v1\.\d+/, "");
  const json = (body: unknown, status = 200): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const missing = (): void => json({ message: `no such thing: ${path}` }, 404);
  const [, area = "", id = "", verb = ""] = path.split("/");
  if (path === "/_ping") response.end("OK");
  else if (path === "/version") json(VERSION);
  else if (path === "/info") json(INFO);
  else if (path === "/containers/json") json(listed(world, url).map(summaryOf));
  else if (path === "/networks") json([]);
  else if (path === "/volumes") json({ Volumes: [] });
  else if (path === "/images/json")
    json(world.images.map((tag) => ({ Id: `id of ${tag}`, RepoTags: [tag], Size: 1_000_000, Created: 0 })));
  else if (area === "images" && path.endsWith("/json")) {
    const tag = decodeURIComponent(path.slice("/images/".length, -"/json".length));
    if (world.images.includes(tag)) json({ Id: `id of ${tag}`, RepoTags: [tag] });
    else missing();
  } else if (area === "images" && request.method === "DELETE") {
    world.changes.push(`remove image ${decodeURIComponent(path.slice("/images/".length))}`);
    json([]);
  } else if (path === "/events") response.writeHead(200).flushHeaders();
  else if (area === "distribution") json({ message: "dial tcp: connection refused" }, 500);
  else if (area === "containers") {
    const container = world.containers.find(({ name }) => name === id);
    if (container === undefined) missing();
    else if (request.method === "DELETE") {
      world.changes.push(`remove ${container.name}`);
      world.containers.splice(world.containers.indexOf(container), 1);
      response.writeHead(204).end();
    } else aboutContainer(world, container, { verb, url, response, json, missing });
  } else missing();
}

interface Reply {
  readonly verb: string;
  readonly url: URL;
  readonly response: ServerResponse;
  readonly json: (body: unknown, status?: number) => void;
  readonly missing: () => void;
}

function aboutContainer(
  { changes, followers }: World,
  container: FakeContainer,
  { verb, url, response, json, missing }: Reply,
): void {
  switch (verb) {
    case "json":
      json(inspectionOf(container));
      return;
    case "restart":
      changes.push(`restart ${container.name}`);
      container.running = true;
      response.writeHead(204).end();
      return;
    case "exec":
      // As of a container that ended since it was looked at.
      json({ message: `Container ${container.name} is restarting, wait until it is running` }, 409);
      return;
    case "stats":
      json(STATS);
      return;
    case "logs": {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.flushHeaders();
      const tail = url.searchParams.get("tail");
      const since = Number(url.searchParams.get("since") ?? 0) * 1000;
      const lines = container.log.filter(
        (line) => Date.parse(line.split(" ", 1)[0] ?? "") >= Math.floor(since),
      );
      const shown =
        tail === null || tail === "all" ? lines : Number(tail) === 0 ? [] : lines.slice(-Number(tail));
      for (const line of shown) response.write(frame(line));
      if (url.searchParams.get("follow") !== "true" && url.searchParams.get("follow") !== "1") {
        response.end();
        return;
      }
      const follower = { name: container.name, response };
      followers.add(follower);
      response.on("close", () => followers.delete(follower));
      return;
    }
    default:
      missing();
  }
}

function listed({ containers }: World, url: URL): readonly FakeContainer[] {
  const filters = JSON.parse(url.searchParams.get("filters") ?? "{}") as {
    readonly label?: readonly string[];
  };
  return containers.filter(({ labels }) =>
    (filters.label ?? []).every((wanted) => {
      const [key = "", value] = wanted.split("=");
      return value === undefined ? key in labels : labels[key] === value;
    }),
  );
}

const summaryOf = ({ name, labels, running, hostPorts = [] }: FakeContainer): unknown => ({
  Id: name,
  Names: [`/${name}`],
  Labels: labels,
  State: running ? "running" : "exited",
  Ports: hostPorts.map((port) => ({ PublicPort: port, PrivatePort: port, Type: "tcp" })),
});

function inspectionOf(container: FakeContainer): unknown {
  const { name, labels, running, health, exitCode = 0, image = "", recordedIn = "" } = container;
  return {
    Id: name,
    Name: `/${name}`,
    RestartCount: 0,
    Config: {
      Image: image,
      Labels: labels,
      Tty: false,
      Healthcheck: { Test: ["CMD", "probe"], Timeout: 1e9 },
    },
    HostConfig: { Memory: 0, ContainerIDFile: recordedIn },
    State: {
      Status: running ? "running" : "exited",
      Running: running,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      ExitCode: exitCode,
      Error: "",
      StartedAt: "2026-01-31T08:00:00Z",
      ...(health === undefined
        ? {}
        : { Health: { Status: health, FailingStreak: 3, Log: [{ ExitCode: 1, Output: "no answer" }] } }),
    },
  };
}

/** A line of stdout as the engine sends it: kind, three bytes, length, text. */
function frame(line: string): Buffer {
  const text = Buffer.from(`${line}\n`);
  const head = Buffer.alloc(8);
  head.writeUInt8(1, 0);
  head.writeUInt32BE(text.length, 4);
  return Buffer.concat([head, text]);
}

const VERSION = {
  Version: "20.10.24",
  ApiVersion: "1.41",
  MinAPIVersion: "1.12",
  Os: "linux",
  Arch: "amd64",
};

const INFO = {
  MemTotal: 64 * 2 ** 30,
  NCPU: 4,
  Driver: "overlay2",
  CgroupVersion: "2",
  MemoryLimit: true,
  SecurityOptions: [],
  DockerRootDir: "/nonexistent/docker",
};

const STATS = {
  cpu_stats: { cpu_usage: { total_usage: 300 }, system_cpu_usage: 2000, online_cpus: 4 },
  precpu_stats: { cpu_usage: { total_usage: 100 }, system_cpu_usage: 1000, online_cpus: 4 },
  memory_stats: { usage: 100 * 2 ** 20, stats: { inactive_file: 20 * 2 ** 20 } },
};
