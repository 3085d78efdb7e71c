import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type CommandContext, createContext } from "../../../../../cli/stack/context.ts";
import { createOutput } from "../../../../../cli/render/output.ts";
import { chooseDockerSocket } from "../../../../../cli/stack/blueprint/choose-docker-socket.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-socket-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function contextOf(environment: Readonly<Record<string, string>>): CommandContext {
  const { signal } = new AbortController();
  return createContext({
    options: { stack: "unit-socket" },
    environment: { NASIKO_HOME: home, HOME: home, ...environment },
    output: createOutput({
      ...{ json: false, events: false, quiet: true, environment: {} },
      ...{ stdout: process.stdout, stderr: process.stderr },
    }),
    interruption: { cancel: signal, terminate: signal },
  });
}

const HERE = { kernel: "6.1.0", name: "laptop" };

/** An engine on a machine with this kernel and name. */
function engine(machine: typeof HERE): DockerClient {
  const info = {
    ...{ MemTotal: 1, NCPU: 1, Driver: "overlay2", DockerRootDir: "/x" },
    ...{ KernelVersion: machine.kernel, Name: machine.name },
  };
  const version = { Version: "28.5.2", ApiVersion: "1.51", Os: "linux", Arch: "amd64" };
  const library = { info: () => Promise.resolve(info), version: () => Promise.resolve(version) };
  // The choice uses nothing else of an engine.
  return { call: (_: string, ask: (of: unknown) => unknown) => ask(library) } as unknown as DockerClient;
}

const OWN = "unix:///run/user/1000/docker.sock";
const recordedIn = async (context: CommandContext): Promise<string> =>
  (await context.settings()).settings.dockerSocket;

describe("the socket that the proxies mount", () => {
  test.each([
    ["the default engine", "unix:///var/run/docker.sock", HERE, "/var/run/docker.sock"],
    ["an engine of this user on this machine", OWN, HERE, "/run/user/1000/docker.sock"],
    ["one in a virtual machine", OWN, { ...HERE, kernel: "6.6.0-linuxkit" }, "/var/run/docker.sock"],
    ["one on a twin of this machine", OWN, { ...HERE, name: "server" }, "/var/run/docker.sock"],
    ["one behind a network", "tcp://10.0.0.1:2375", HERE, "/var/run/docker.sock"],
  ])("with %s at %s is right over there", async (_, host, machine, socket) => {
    const context = contextOf({ DOCKER_HOST: host });
    await chooseDockerSocket(context, engine(machine), { record: true }, HERE);
    expect(await recordedIn(context)).toBe(socket);
  });

  test("is the one that somebody asked for, whatever was decided before", async () => {
    await chooseDockerSocket(contextOf({ DOCKER_HOST: OWN }), engine(HERE), { record: true }, HERE);
    const asked = contextOf({ DOCKER_HOST: OWN, NASIKO_DOCKER_SOCKET: "/run/other.sock" });
    expect(await chooseDockerSocket(asked, engine(HERE), { record: true }, HERE)).toEqual({});
    expect(await recordedIn(asked)).toBe("/run/other.sock");
  });

  test("goes along when the stack's engine changes, and back", async () => {
    const there = contextOf({ DOCKER_HOST: OWN });
    expect(await chooseDockerSocket(there, engine(HERE), { record: false }, HERE)).toEqual({
      "nasiko:dockerSocket": "/run/user/1000/docker.sock",
    });
    expect(await recordedIn(there)).toBe("/var/run/docker.sock");
    await chooseDockerSocket(there, engine(HERE), { record: true }, HERE);
    expect(await chooseDockerSocket(there, engine(HERE), { record: true }, HERE)).toEqual({});
    const back = contextOf({ DOCKER_HOST: "unix:///var/run/docker.sock" });
    await chooseDockerSocket(back, engine(HERE), { record: true }, HERE);
    expect(await recordedIn(back)).toBe("/var/run/docker.sock");
  });
});
