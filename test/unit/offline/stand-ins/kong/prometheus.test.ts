import { once } from "node:events";
import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { exposition } from "../../../../../offline/stand-ins/kong/src/metrics/exposition.ts";
import { createRequestMetrics } from "../../../../../offline/stand-ins/kong/src/metrics/request-metrics.ts";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { createPools } from "../../../../../offline/stand-ins/kong/src/proxy/pools.ts";
import { createProxyServer } from "../../../../../offline/stand-ins/kong/src/proxy/server.ts";
import { buildSnapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { createStatusServer } from "../../../../../offline/stand-ins/kong/src/status/server.ts";
import { anyText } from "./loosely.ts";
import { examplePlugin, exampleRoute, exampleService, stored } from "./examples.ts";

const ALL = { status_code_metrics: true, latency_metrics: true };
const HOST = "127.0.0.1";
const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of clean.splice(0).toReversed()) await end();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, "listening");
  clean.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Answers with the status that its path names, upgrades when asked, and leaves /never without an answer. */
function createAgent(): Server {
  const server = createServer((asked, response) => {
    if (asked.url === "/never") return;
    response.writeHead(Number(asked.url?.slice(1)));
    response.end("done");
  });
  server.on("upgrade", (_request, socket) => {
    socket.on("error", () => undefined);
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  return server;
}

interface Gateway {
  readonly port: number;
  readonly agent: Server;
  /** Lines of requests, as "service route code source". */
  readonly counted: () => readonly string[];
  readonly text: () => string;
}

/** /agent leads to a server, /dead to nobody, /ends is answered by the gateway; all is counted, by one plugin. */
async function gateway(config: object = ALL): Promise<Gateway> {
  const metrics = createRequestMetrics();
  const kinds = pluginKinds(() => 0, undefined, metrics);
  const agent = createAgent();
  const alive = exampleService({ name: "agent-a", host: HOST, port: await listening(agent), retries: 0 });
  const dead = exampleService({ host: HOST, port: 9, retries: 0 });
  const to = (service: { readonly id: string }, name: string): ReturnType<typeof exampleRoute> =>
    exampleRoute({ name, paths: [`/${name}`], service: { id: service.id } });
  const ends = to(alive, "ends");
  const plugins = [
    { name: "prometheus", config },
    { name: "request-termination", config: { status_code: 403 }, route: { id: ends.id } },
  ].map((each) => examplePlugin(kinds, each));
  const routes = [to(alive, "agent"), to(dead, "dead"), ends];
  const snapshot = buildSnapshot(stored({ services: [alive, dead], routes, plugins }), kinds);
  const pools = createPools(() => undefined);
  clean.push(() => pools.close());
  const context = { snapshot: () => snapshot, pools, log: () => undefined, draining: () => false };
  const text = (): string => exposition(metrics.read());
  return {
    port: await listening(createProxyServer(context)),
    agent,
    text,
    counted: () =>
      text()
        .split("\n")
        .filter((line) => line.startsWith("kong_http_requests_total"))
        .map((line) =>
          line.replace(/^.*\{service="(.*?)",route="(.*?)",code="(.*?)",source="(.*?)",.*\}/, "$1 $2 $3 $4"),
        ),
  };
}

async function ask(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const asked = request({ host: HOST, port, path, headers, agent: false }).end();
  const [answer] = (await Promise.race([once(asked, "response"), once(asked, "upgrade")])) as [
    IncomingMessage,
  ];
  answer.resume();
  answer.socket.destroy();
}

describe("the plugin prometheus", () => {
  test("counts by status and by whose answer it was, and nothing that reaches no route", async () => {
    const { port, counted, text } = await gateway();
    for (const path of ["/agent/200", "/agent/200", "/agent/503", "/dead", "/ends", "/nowhere"])
      await ask(port, path);
    await vi.waitFor(() =>
      expect(counted().toSorted()).toEqual([
        `${HOST} dead 502 kong 1`,
        "agent-a agent 200 service 2",
        "agent-a agent 503 service 1",
        "agent-a ends 403 kong 1",
      ]),
    );
    const counts = (kind: string): readonly string[] =>
      [...text().matchAll(new RegExp(`kong_${kind}_latency_ms_count{.*route="(.*?)",.*} (.*)`, "g"))].map(
        ([, route = "", count = ""]) => `${route} ${count}`,
      );
    expect(counts("request").toSorted()).toEqual(["agent 3", "dead 1", "ends 1"]);
    expect(counts("kong").toSorted()).toEqual(["agent 3", "dead 1", "ends 1"]);
    // Nobody was asked for what the gateway answers itself.
    expect(counts("upstream").toSorted()).toEqual(["agent 3", "dead 1"]);
  });

  test("knows who left before the answer, and who got a WebSocket", async () => {
    const { port, agent, counted } = await gateway();
    const asked = request({ host: HOST, port, path: "/agent/never", agent: false }).end();
    asked.on("error", () => undefined);
    await once(agent, "request");
    asked.destroy();
    await ask(port, "/agent/ws", { Connection: "Upgrade", Upgrade: "websocket" });
    await vi.waitFor(() =>
      expect(counted().toSorted()).toEqual(["agent-a agent 101 service 1", "agent-a agent 499 service 1"]),
    );
  });

  test("counts what it was told to, and no more", async () => {
    const { port, counted, text } = await gateway({ status_code_metrics: true });
    await ask(port, "/agent/200");
    await vi.waitFor(() => expect(counted()).toEqual(["agent-a agent 200 service 1"]));
    expect(text()).not.toContain("latency");
  });

  test("has Kong's options and defaults", () => {
    const config = pluginKinds(() => 0).get("prometheus")?.config;
    const off = {
      ...{ per_consumer: false, status_code_metrics: false, ai_metrics: false },
      ...{ latency_metrics: false, bandwidth_metrics: false, upstream_health_metrics: false },
    };
    expect(config?.parse({})).toEqual({ ok: true, value: off });
    expect(config?.parse({ ...ALL, per_consumer: true })).toEqual({
      ok: true,
      value: { ...off, ...ALL, per_consumer: true },
    });
    for (const wrong of [{ latency_metrics: "yes" }, { bandwidth_metrics: true }, { wasm_metrics: false }])
      expect(config?.parse(wrong)).toMatchObject({
        ok: false,
        issue: { [Object.keys(wrong)[0] ?? ""]: anyText() },
      });
  });
});

describe("the status listener", () => {
  const open = async (metrics: (() => Promise<string>) | undefined): Promise<string> => {
    const answers = { databaseReachable: () => Promise.resolve(true), status: () => Promise.resolve({}) };
    const port = await listening(createStatusServer({ readiness: () => "ready", ...answers, metrics }));
    return `http://${HOST}:${port}/metrics`;
  };

  test("tells the figures as plain text", async () => {
    const answer = await fetch(await open(() => Promise.resolve("x 1\n")));
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=UTF-8");
    expect(await answer.text()).toBe("x 1\n");
  });

  test("has none while the plugin is off", async () => {
    expect((await fetch(await open(undefined))).status).toBe(404);
  });
});
