import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { createPools } from "../../../../../offline/stand-ins/kong/src/proxy/pools.ts";
import { createProxyServer } from "../../../../../offline/stand-ins/kong/src/proxy/server.ts";
import { buildSnapshot } from "../../../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { openServers } from "../../../../../offline/stand-ins/kong/src/servers.ts";
import { exampleRoute, exampleService, stored } from "./examples.ts";

const HOST = "127.0.0.1";
const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of clean.splice(0).toReversed()) await end();
});

/** A server that answers every connection with these bytes, whatever it is asked. */
async function peerThatSays(bytes: string): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(bytes, "latin1"));
  });
  clean.push(() => closed(server));
  return await listening(server);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const closed = (server: Server): Promise<unknown> => new Promise((resolve) => server.close(resolve));

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await closed(server);
  return port;
}

/** A gateway whose only route, /agent, leads to that port. */
async function gatewayTo(upstream: number): Promise<number> {
  const service = exampleService({ name: "agent", host: HOST, port: upstream, retries: 0 });
  const route = exampleRoute({ paths: ["/agent"], service: { id: service.id } });
  const snapshot = buildSnapshot(stored({ services: [service], routes: [route] }), pluginKinds(Date.now));
  const pools = createPools(() => undefined);
  const port = await freePort();
  const context = { snapshot: () => snapshot, pools, log: () => undefined, draining: () => false };
  const servers = await openServers([{ host: HOST, port, flags: [] }], () => createProxyServer(context));
  clean.push(
    () => servers.stop(0),
    () => pools.close(),
  );
  return port;
}

/** What comes back for these bytes until the gateway closes the connection. */
async function answerTo(port: number, bytes: string): Promise<string> {
  const socket = connect(port, HOST);
  socket.write(bytes);
  return await readAll(socket);
}

async function readAll(socket: Socket): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("latin1");
}

const HANDSHAKE =
  "GET /agent HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
const REQUEST = "GET /agent HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";

describe("the gateway goes on, and answers 502,", () => {
  test.each([
    ["status 000", "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n"],
    ["status 099", "HTTP/1.1 099 Little\r\nContent-Length: 0\r\n\r\n"],
    ["no status at all", "\u0000\u0001\u0002\r\n\r\n"],
    ["nothing", ""],
  ])("when an agent answers with %s", async (_, bytes) => {
    const port = await gatewayTo(await peerThatSays(bytes));
    expect(await answerTo(port, HANDSHAKE)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await answerTo(port, REQUEST)).toMatch(/^HTTP\/1\.1 502 /);
  });
});

describe("the gateway goes on", () => {
  test("when an agent refuses a handshake with words that no header may hold", async () => {
    const port = await gatewayTo(
      await peerThatSays("HTTP/1.1 403 For\u0080bidden\u0007\r\nContent-Length: 0\r\n\r\n"),
    );
    expect(await answerTo(port, HANDSHAKE)).toMatch(/^HTTP\/1\.1 (403|502) /);
    expect(await answerTo(port, HANDSHAKE)).toMatch(/^HTTP\/1\.1 (403|502) /);
  });

  test.each([
    ["CONNECT", "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n"],
    ["a handshake", HANDSHAKE],
    ["half a request", "POST /agent HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100\r\n\r\nx"],
    ["no HTTP", "\u0016\u0003\u0001\u0002\u0000"],
  ])("when a client resets its connection after %s", async (_, bytes) => {
    const upstream = await peerThatSays("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    const port = await gatewayTo(upstream);
    for (let round = 0; round < 20; round += 1) {
      const socket = connect(port, HOST).on("error", () => undefined);
      await once(socket, "connect");
      socket.write(bytes);
      // The server is sometimes busy with the bytes when the reset comes, and sometimes not.
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
    expect(await answerTo(port, REQUEST)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
