import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import Docker from "dockerode";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually, startService, type ServiceProcess } from "./support/service-process.ts";

const STACK = `proxy-test-${process.pid}`;
const IMAGE = `nasiko-test/${STACK}:empty`;
const MAIN = new URL("../../../services/docker-proxy/src/main.ts", import.meta.url).pathname;
const docker = new Docker();
const made: string[] = [];
let proxy: ServiceProcess;

interface Listed {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

/** A container that is never started: enough to be listed and to make events. */
async function container(
  stack: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<Docker.Container> {
  const result = await docker.createContainer({
    Image: IMAGE,
    Cmd: ["/serve", "--token", "hunter2-in-command"],
    Env: ["PASSWORD=hunter2-in-env"],
    Labels: { "nasiko.stack": stack, ...labels },
  });
  made.push(result.id);
  return result;
}

const list = async (query = "?all=1"): Promise<readonly Listed[]> => {
  const response = await fetch(`${proxy.url}/v1.41/containers/json${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as readonly Listed[];
};

/** Sends bytes as they are, which no HTTP client would, and gives the status line. */
async function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(proxy.url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(request);
  const answer = createInterface({ input: socket });
  const seen: readonly unknown[] = await Promise.race([once(answer, "line"), once(answer, "close")]);
  socket.destroy();
  return typeof seen[0] === "string" ? seen[0] : "";
}

beforeAll(async () => {
  const layer = pack();
  layer.entry({ name: "serve" }, "");
  layer.finalize();
  const [repo = "", tag = ""] = IMAGE.split(":");
  const progress = await docker.importImage(Readable.from([await buffer(layer)]), { repo, tag });
  await buffer(progress);
  proxy = await startService(MAIN, { NASIKO_PROXY_MODE: "read", NASIKO_STACK: STACK });
});

afterAll(async () => {
  for (const id of made)
    await docker
      .getContainer(id)
      .remove({ force: true })
      .catch(() => undefined);
  await docker.getImage(IMAGE).remove();
  expect(await proxy.stop()).toBe(0);
});

describe("a reader of the Docker API", () => {
  test("sees the engine's health and version", async () => {
    expect((await fetch(`${proxy.url}/_health`)).status).toBe(200);
    const ping = await fetch(`${proxy.url}/_ping`);
    expect([ping.status, await ping.text()]).toEqual([200, "OK"]);
    expect(ping.headers.get("api-version")).toMatch(/^1\.\d+$/);
    expect(await (await fetch(`${proxy.url}/version`)).json()).toHaveProperty("ApiVersion");
  });

  test("is answered in HTTP/1.0 too, as a probe without a client asks", async () => {
    expect(await raw("GET /_health HTTP/1.0\r\n\r\n")).toMatch(/ 200 /);
  });

  test("sees the containers of its stack only, whatever it asks for, and none of their secrets", async () => {
    const own = await container(STACK, { "nasiko.agent": "x", "com.example.private": "hunter2-in-label" });
    await container(`${STACK}-other`, { "nasiko.agent": "x" });
    const everything = encodeURIComponent(JSON.stringify({ label: [`nasiko.stack=${STACK}-other`] }));
    expect((await list()).map(({ Id }) => Id)).toEqual([own.id]);
    expect(await list(`?all=1&filters=${everything}`)).toEqual([]);
    const [listed] = await list();
    expect(listed?.Labels).toEqual({ "nasiko.stack": STACK, "nasiko.agent": "x" });
    expect(JSON.stringify(listed)).not.toContain("hunter2");
  });

  test("is told at once that it is subscribed, and then what happens to its stack only", async () => {
    const gone = new AbortController();
    const response = await fetch(`${proxy.url}/events`, { signal: gone.signal });
    expect(response.status).toBe(200);
    let text = "";
    const read = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })().catch(() => undefined);

    const foreign = await container(`${STACK}-other`);
    const own = await container(STACK, { "nasiko.agent": "x" });
    await foreign.remove();
    await own.remove();
    const seen = await eventually(() => (text.includes('"destroy"') ? text : undefined));
    gone.abort();
    await read;

    const events = seen
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { Action: string; Actor: { ID: string; Attributes: object } });
    expect(events.map(({ Action, Actor }) => [Action, Actor.ID])).toEqual([
      ["create", own.id],
      ["destroy", own.id],
    ]);
    expect(events[0]?.Actor.Attributes).not.toHaveProperty("image");
  });
});

describe("whoever wants more", () => {
  test.each([
    "POST /containers/create HTTP/1.1",
    "GET /containers/json/../../info HTTP/1.1",
    "GET //containers/json HTTP/1.1",
    "GET /containers%2fjson HTTP/1.1",
    "GET /containers/%zz HTTP/1.1",
    "GET /VERSION HTTP/1.1",
    "GET http://docker/version HTTP/1.1",
    "GET /images/json HTTP/1.1",
    "PROPFIND /version HTTP/1.1",
    "PUT /_health HTTP/1.1",
  ])("is denied: %s", async (line) => {
    expect(await raw(`${line}\r\nHost: docker\r\nConnection: close\r\n\r\n`)).toMatch(/ 403 /);
  });

  test("is told why in the form of Docker's own errors, and logged", async () => {
    const response = await fetch(`${proxy.url}/containers/create?name=x`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"Image":"x"}',
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: expect.stringContaining("POST") as string });
    expect(proxy.output()).toContain("request denied");
  });

  test("cannot upgrade a connection or open a tunnel", async () => {
    const upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    expect(await raw(`POST /session HTTP/1.1\r\nHost: docker\r\n${upgrade}`)).toMatch(/ 403 /);
    const tunnel = "CONNECT docker:80 HTTP/1.1\r\nHost: docker\r\n\r\n";
    expect(await raw(`${tunnel}GET /version HTTP/1.1\r\n\r\n`)).toBe("");
  });
});

describe("without an engine", () => {
  test("the proxy says that it is not healthy, and answers with an error, not with silence", async () => {
    const lonely = await startService(MAIN, {
      NASIKO_PROXY_MODE: "read",
      NASIKO_STACK: STACK,
      NASIKO_DOCKER_SOCKET: "/nonexistent/docker.sock",
    });
    try {
      expect((await fetch(`${lonely.url}/_health`)).status).toBe(503);
      expect((await fetch(`${lonely.url}/containers/json`)).status).toBe(502);
    } finally {
      await lonely.stop();
    }
  });

  test.each([{ NASIKO_PROXY_MODE: "everything", NASIKO_STACK: "x" }, { NASIKO_PROXY_MODE: "read" }])(
    "it does not start with settings it does not understand",
    async (environment) => {
      await expect(startService(MAIN, environment)).rejects.toThrow(/NASIKO_/);
    },
  );
});
