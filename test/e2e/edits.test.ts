import { createServer } from "node:net";

import type { ContainerInspectInfo } from "dockerode";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { RunResult } from "../../engine/core/engine.ts";
import { effectsOf, stepOf } from "../../engine/providers/docker/argument-steps.ts";
import { createDockerClient } from "../../engine/providers/docker/client.ts";
import { SPEC_CHANGES, type SpecField } from "../../platform/blueprint/spec-changes.ts";
import { secret } from "../../platform/services/env-value.ts";
import { platformImage, type ServiceSpec } from "../../platform/services/service-spec.ts";
import { importBusybox, sweep } from "../integration/engine/providers/docker/busybox.ts";
import {
  createEngineStack,
  type EngineStack,
  stepsOf,
} from "../integration/engine/plan/support/engine-stack.ts";
import type { World } from "../integration/engine/plan/support/world.ts";
import { service } from "../unit/platform/blueprint/catalogues.ts";

const STACK = `edits-${process.pid}`;
const client = createDockerClient({ host: process.env["DOCKER_HOST"] });

type Overrides = Parameters<typeof service>[1];

/** One edit of one container: what it was, what it becomes, and where Docker shows it. */
interface Edit {
  readonly field: SpecField;
  readonly base?: Overrides;
  readonly wanted: Overrides;
  readonly shows: (inspect: ContainerInspectInfo) => unknown;
  readonly becomes: unknown;
}

const host = (inspect: ContainerInspectInfo): ContainerInspectInfo["HostConfig"] => inspect.HostConfig;
const aliasesOn =
  (role: string) =>
  ({ NetworkSettings }: ContainerInspectInfo): readonly string[] => {
    // Typed as any by the library.
    const aliases = (NetworkSettings.Networks[`${STACK}-${role}`]?.Aliases ?? []) as readonly string[];
    // The engine adds the container's short id.
    return aliases.filter((alias) => !/^[0-9a-f]{12}$/.test(alias));
  };

/** By the name of the container, which says what is edited. */
const edits = (ports: readonly [number, number]): Readonly<Record<string, Edit>> => ({
  summary: { field: "summary", wanted: { summary: "other" }, shows: () => 0, becomes: 0 },
  layer: { field: "layer", wanted: { layer: "app" }, shows: () => 0, becomes: 0 },
  order: { field: "dependsOn", wanted: { dependsOn: { bystander: "healthy" } }, shows: () => 0, becomes: 0 },
  image: {
    field: "image",
    wanted: { image: platformImage("other") },
    shows: ({ Config }) => Config.Image,
    becomes: `${STACK}/other:1`,
  },
  entrypoint: {
    field: "entrypoint",
    wanted: { entrypoint: ["sh", "-c", "exec sleep 900"] },
    shows: ({ Config }) => Config.Entrypoint,
    becomes: ["sh", "-c", "exec sleep 900"],
  },
  command: {
    field: "command",
    wanted: { command: ["sleep", "901"] },
    shows: ({ Config }) => Config.Cmd,
    becomes: ["sleep", "901"],
  },
  env: {
    field: "env",
    base: { env: { COLOUR: "blue" } },
    wanted: { env: { COLOUR: "red" } },
    shows: ({ Config }) => Config.Env.filter((entry) => entry.startsWith("COLOUR")),
    becomes: ["COLOUR=red"],
  },
  // What a file holds is asked of the container itself, below.
  files: {
    field: "files",
    base: { readOnly: false, files: [{ path: "/etc/x", content: "old" }] },
    wanted: { files: [{ path: "/etc/x", content: "new" }] },
    shows: () => 0,
    becomes: 0,
  },
  mount: {
    field: "volumes",
    wanted: { volumes: [{ volume: "kept", path: "/data" }] },
    shows: ({ Mounts }) => Mounts.map(({ Name, Destination }) => [Name, Destination]),
    becomes: [[`${STACK}-kept`, "/data"]],
  },
  ports: {
    field: "ports",
    base: { ports: [{ name: "http", internal: 80, host: ports[0], setting: "X" }] },
    wanted: { ports: [{ name: "http", internal: 80, host: ports[1], setting: "X" }] },
    shows: ({ NetworkSettings }) => NetworkSettings.Ports["80/tcp"],
    becomes: [{ HostIp: "127.0.0.1", HostPort: String(ports[1]) }],
  },
  networks: {
    field: "networks",
    wanted: { networks: ["app", "agents"] },
    shows: ({ NetworkSettings }) => Object.keys(NetworkSettings.Networks).sort(),
    becomes: [`${STACK}-agents`, `${STACK}-app`],
  },
  aliases: {
    field: "aliases",
    wanted: { aliases: { app: ["nickname"] } },
    shows: aliasesOn("app"),
    becomes: ["aliases", "nickname"],
  },
  memory: {
    field: "memory",
    wanted: { memory: "96MB" },
    shows: (inspect) => [host(inspect).Memory, host(inspect).MemorySwap],
    becomes: [96 << 20, 96 << 20],
  },
  user: { field: "user", wanted: { user: "7:7" }, shows: ({ Config }) => Config.User, becomes: "7:7" },
  capabilities: {
    field: "capabilities",
    wanted: { capabilities: ["CAP_CHOWN"] },
    shows: (inspect) => [host(inspect).CapAdd, host(inspect).CapDrop] as unknown,
    becomes: [["CAP_CHOWN"], ["ALL"]],
  },
  readonly: {
    field: "readOnly",
    wanted: { readOnly: false },
    shows: (inspect) => host(inspect).ReadonlyRootfs,
    becomes: false,
  },
  tmpfs: {
    field: "tmpfs",
    wanted: { tmpfs: { "/scratch": "size=1m" } },
    shows: (inspect) => host(inspect).Tmpfs,
    becomes: { "/scratch": "size=1m" },
  },
  socket: {
    field: "dockerSocket",
    wanted: { dockerSocket: true },
    shows: ({ Mounts }) => Mounts.map(({ Destination, RW }) => [Destination, RW]),
    becomes: [["/var/run/docker.sock", false]],
  },
  stop: {
    field: "stop",
    wanted: { stop: { signal: "SIGINT", grace: "4s" } },
    shows: ({ Config }) => [Reflect.get(Config, "StopSignal"), Reflect.get(Config, "StopTimeout")] as unknown,
    becomes: ["SIGINT", 4],
  },
  health: {
    field: "health",
    wanted: { health: { test: ["CMD", "true"], retries: 7 } },
    shows: ({ Config }) => [Config.Healthcheck?.Test, Config.Healthcheck?.Retries],
    becomes: [["CMD", "true"], 7],
  },
  patience: { field: "readyWithin", wanted: { readyWithin: "90s" }, shows: () => 0, becomes: 0 },
});

/** Changes that no field of a description makes: by a transform, or of something shared. */
const OTHERS = {
  labels: "replace",
  restart: "update",
  cpu: "update",
  cpus: "replace",
  "on-network": "replace",
  "on-volume": "replace",
  "with-secret": "replace",
} as const;

let stack: EngineStack;
let image: string;
let spread: Readonly<Record<string, Edit>>;
let before: ReadonlyMap<string, string>;
let first: RunResult;
let planned: RunResult;
let done: RunResult;

beforeAll(async () => {
  image = await importBusybox(client);
  await client.call("tag", (docker) => docker.getImage(image).tag({ repo: `${STACK}/other`, tag: "1" }));
  spread = edits([await freePort(), await freePort()]);
  stack = await createEngineStack(STACK);
  first = await stack.up(world(false));
  before = await ids();
  planned = await stack.preview(world(true));
  done = await stack.up(world(true));
});

afterAll(async () => {
  await stack.remove();
  await sweep(client, STACK, [`${STACK}/other:1`, image]);
});

function world(afterEdit: boolean): World {
  const base = { image: platformImage("busybox"), command: ["sleep", "900"], user: "0:0" };
  const edited = Object.entries(spread).map(([name, edit]): ServiceSpec =>
    service(name, { ...base, ...edit.base, ...(afterEdit ? edit.wanted : {}) }),
  );
  const tag = { changed: String(afterEdit) };
  return {
    stack: STACK,
    images: { busybox: image, other: `${STACK}/other:1` },
    networks: { app: {}, agents: {}, data: tag },
    volumes: { kept: {}, changing: tag },
    secrets: { password: afterEdit ? 24 : 16 },
    specs: [
      service("bystander", base),
      ...edited,
      ...["labels", "restart", "cpu", "cpus"].map((name) => service(name, base)),
      service("on-network", { ...base, networks: ["app", "data"] }),
      service("on-volume", { ...base, volumes: [{ volume: "changing", path: "/data" }] }),
      service("with-secret", { ...base, env: { PASSWORD: secret("password") } }),
    ],
    transforms: {
      labels: {
        labels: [
          { label: "nasiko.stack", value: STACK },
          { label: "colour", value: afterEdit ? "red" : "blue" },
        ],
      },
      restart: {
        restart: afterEdit ? "on-failure" : "unless-stopped",
        ...(afterEdit ? { maxRetryCount: 3 } : {}),
      },
      cpu: { cpuShares: afterEdit ? 512 : 256 },
      cpus: { cpus: afterEdit ? "0.5" : "0.75" },
    },
  };
}

const containerOf = (name: string): string => `nasiko-${STACK}-${name}`;

async function inspect(name: string): Promise<ContainerInspectInfo> {
  const found = await client.container(containerOf(name));
  if (found === undefined) throw new Error(`${name} is gone`);
  return found;
}

async function ids(): Promise<ReadonlyMap<string, string>> {
  const containers = await client.containers({ labels: [`nasiko.stack=${STACK}`] });
  return new Map(containers.map(({ Names, Id }) => [Names[0]?.slice(1) ?? "", Id]));
}

/** The step of the table for a field that is edited. */
function tabled(field: SpecField): string {
  const change = SPEC_CHANGES[field];
  return change.kind === "arguments" ? stepOf(effectsOf(change.arguments)) : "none";
}

describe("an edit of every field, on real containers", () => {
  test("comes up first", () => {
    expect(first.diagnostics).toEqual([]);
    expect(first.outcome).toBe("succeeded");
  });

  test("yields in the preview the steps that the table says, and up performs exactly those", () => {
    const expected = Object.entries(spread).map(([name, { field }]) => [name, tabled(field)] as const);
    const steps = [
      ...expected.filter(([, step]) => step !== "none"),
      ...Object.entries(OTHERS),
      ["data", "replace"],
      ["changing", "replace"],
      // Nothing is in a new password's way, so the old one goes when all who used it have gone over.
      ["password", "replace, delete"],
    ];
    expect(done.diagnostics).toEqual([]);
    expect(stepsOf(planned)).toEqual(Object.fromEntries(steps));
    expect(stepsOf(done)).toEqual(stepsOf(planned));
    const told = ({ steps }: RunResult): readonly string[] =>
      steps
        .map(({ urn, operation, changed, reason = "" }) => [urn, operation, ...changed, reason].join(" "))
        .sort();
    expect(told(done)).toEqual(told(planned));
  });

  test("is what Docker shows", async () => {
    for (const [name, { shows, becomes }] of Object.entries(spread))
      expect([name, shows(await inspect(name))]).toEqual([name, becomes]);
    expect((await inspect("labels")).Config.Labels).toMatchObject({ colour: "red" });
    expect((await inspect("restart")).HostConfig.RestartPolicy).toEqual({
      Name: "on-failure",
      MaximumRetryCount: 3,
    });
    expect((await inspect("cpu")).HostConfig.CpuShares).toBe(512);
    expect((await inspect("cpus")).HostConfig.NanoCpus).toBe(5e8);
    const password = (await inspect("with-secret")).Config.Env.find((entry) => entry.startsWith("PASSWORD="));
    expect(password?.length).toBe("PASSWORD=".length + 24);
    expect((await client.network(`${STACK}-data`))?.Labels).toMatchObject({ changed: "true" });
    expect((await client.volume(`${STACK}-changing`))?.Labels).toMatchObject({ changed: "true" });
    const { output } = await client.exec((await inspect("files")).Id, ["cat", "/etc/x"], {
      timeout: 10_000,
      signal: new AbortController().signal,
    });
    expect(output).toBe("new");
  });

  test("makes new containers of the replaced ones, and leaves every other in peace", async () => {
    const after = await ids();
    const replaced = [...after].filter(([name, id]) => before.get(name) !== id).map(([name]) => name);
    const expected = Object.entries(stepsOf(planned)).filter(
      ([name, step]) => step === "replace" && after.has(containerOf(name)),
    );
    expect(replaced.sort()).toEqual(expected.map(([name]) => containerOf(name)).sort());
    expect(after.get(containerOf("bystander"))).toBe(before.get(containerOf("bystander")));
  });

  test("leaves nothing to do", async () => {
    expect(stepsOf(await stack.preview(world(true)))).toEqual({});
    expect(stepsOf(await stack.up(world(true)))).toEqual({});
  });

  test("goes away without a trace", async () => {
    const gone = await stack.destroy();
    expect([gone.outcome, gone.diagnostics]).toEqual(["succeeded", []]);
    expect(await ids()).toEqual(new Map());
    expect(await client.networks({ labels: [`nasiko.stack=${STACK}`] })).toEqual([]);
    expect(await client.volumes({ labels: [`nasiko.stack=${STACK}`] })).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
