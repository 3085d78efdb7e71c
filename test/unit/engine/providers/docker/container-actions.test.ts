import { createServer, type Server } from "node:http";

import { afterEach, describe, expect, test } from "vitest";

import { createDockerClient, type DockerClient } from "../../../../../engine/providers/docker/client.ts";
import {
  removeByForce,
  startContainer,
  stopContainer,
  waitForEnd,
} from "../../../../../engine/providers/docker/container-actions.ts";
import { describeContainerFailure } from "../../../../../engine/providers/docker/container-failure.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** An engine that answers an action with this status, and whose container then is in this state. */
async function engine(status: number, inspection: object | null = running(false)): Promise<DockerClient> {
  server = createServer((request, response) => {
    request.resume();
    const path = (request.url ?? "").replace(/^\/v1\.\d+/, "");
    if (path === "/version") response.end('{"ApiVersion":"1.41"}');
    else if (request.method === "GET" && path.startsWith("/containers/json"))
      response.end(JSON.stringify([inspection]));
    else if (request.method === "GET" && inspection !== null) response.end(JSON.stringify(inspection));
    else if (request.method === "GET") response.writeHead(404).end('{"message":"No such container: c"}');
    else if (status === 200) response.end('{"StatusCode":0}');
    else
      response.writeHead(status).end(status === 204 || status === 304 ? "" : `{"message":"said ${status}"}`);
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return createDockerClient({
    host: `tcp://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
  });
}

const running = (isRunning: boolean): object => ({ Id: "c", Name: "/c", State: { Running: isRunning } });
const CONTAINER = { id: "c", name: "web" };
const signal = new AbortController().signal;

describe("what Docker may answer", () => {
  test.each([
    [204, running(false), "done"],
    [304, running(false), "done"],
    [404, undefined, "done"],
    [409, running(false), "done"],
    [409, undefined, "done"],
    [409, running(true), "Docker could not stop web: said 409"],
    [500, running(true), "Docker could not stop web: said 500"],
  ])("to stop, %d with the container then %o: %s", async (status, inspection, outcome) => {
    const docker = await engine(status, inspection);
    expect(await outcomeOf(stopContainer(docker, CONTAINER, { graceSeconds: 1, signal }))).toBe(outcome);
  });

  test.each([
    [204, "done"],
    [304, "done"],
    [404, "Docker could not start web: said 404"],
    [409, "Docker could not start web: said 409"],
    [500, "Docker could not start web: said 500"],
  ])("to start, %d: %s", async (status, outcome) => {
    expect(await outcomeOf(startContainer(await engine(status), CONTAINER))).toBe(outcome);
  });

  test.each([
    [204, "done"],
    [404, "done"],
    [409, "done"],
    [500, "Docker could not remove web: said 500"],
  ])("to remove, %d: %s", async (status, outcome) => {
    expect(await outcomeOf(removeByForce(await engine(status), CONTAINER))).toBe(outcome);
  });

  test.each([
    [200, true],
    [404, false],
  ])("to wait, %d: whether it ended is known: %s", async (status, known) => {
    expect(await waitForEnd(await engine(status), CONTAINER, signal)).toBe(known);
  });

  test("to wait, 500 is an error", async () => {
    expect(await outcomeOf(waitForEnd(await engine(500), CONTAINER, signal))).toBe(
      "Docker could not wait for web: said 500",
    );
  });
});

describe("fields that an engine leaves out or sets to null are empty", () => {
  test("in an inspection, which tells a failure all the same", async () => {
    const docker = await engine(204, {
      ...{ Id: "c", Name: "/web", Mounts: null, NetworkSettings: { Networks: null } },
      Config: { Labels: null, Env: null, Healthcheck: { Test: ["CMD", "probe"] } },
      State: {
        Running: false,
        Status: "exited",
        ExitCode: 1,
        Error: null,
        Health: { Status: "", Log: null },
      },
    });
    const found = await docker.container("c");
    expect(found).toMatchObject({ RestartCount: 0, Mounts: [], NetworkSettings: { Networks: {} } });
    if (found === undefined) throw new Error("it is there");
    expect(describeContainerFailure(found, []).sentence).toBe("web is exited with exit code 1");
  });

  test("in a health that was never asked for", async () => {
    const docker = await engine(204, {
      ...{ Id: "c", Name: "/web", Config: {} },
      State: { Running: true, Health: { Status: "starting", Log: null } },
    });
    expect((await docker.container("c"))?.State.Health).toMatchObject({ FailingStreak: 0, Log: [] });
  });

  test("in a list", async () => {
    const docker = await engine(204, { Id: "c", Names: null, Labels: null, Ports: null, Mounts: null });
    expect(await docker.containers({})).toEqual([
      expect.objectContaining({ ...{ Names: [], Labels: {}, Ports: [], Mounts: [] } }),
    ]);
  });
});

/** What it was refused with, or that it was done. */
async function outcomeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "done";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
