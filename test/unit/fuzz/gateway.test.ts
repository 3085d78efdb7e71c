import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { pluginKinds } from "../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import { createPools } from "../../../offline/stand-ins/kong/src/proxy/pools.ts";
import { createProxyServer } from "../../../offline/stand-ins/kong/src/proxy/server.ts";
import { buildSnapshot } from "../../../offline/stand-ins/kong/src/proxy/snapshot.ts";
import { openServers } from "../../../offline/stand-ins/kong/src/servers.ts";
import { examplePlugin, exampleRoute, exampleService, stored } from "../offline/stand-ins/kong/examples.ts";
import { almost } from "./mutations.ts";

const HOST = "127.0.0.1";
const clean: (() => unknown)[] = [];
let gateway: number;
/** Requests that came to the service whose route is closed. */
let passed: string[];
/** Headers of the last request that an agent got. */
let identities: unknown[];

async function portOf(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, "listening");
  // It listens on TCP.
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  passed = [];
  identities = [];
  const agent = createHttpServer((request, response) => {
    identities.push(request.headers["x-subject-id"]);
    request.resume().on("end", () => response.end("ok"));
  });
  const secret = createHttpServer((request, response) => {
    passed.push(request.url ?? "");
    response.end("secret");
  });
  const [agentPort, secretPort] = [await portOf(agent), await portOf(secret)];
  const kinds = pluginKinds(Date.now);
  const open = exampleService({ name: "agent", host: HOST, port: agentPort, retries: 0 });
  const closed = exampleService({ name: "secret", host: HOST, port: secretPort, retries: 0 });
  const entities = stored({
    services: [open, closed],
    routes: [
      exampleRoute({ paths: ["/agent"], service: { id: open.id } }),
      exampleRoute({ paths: ["/secret"], service: { id: closed.id } }),
    ],
    plugins: [
      examplePlugin(kinds, {
        ...{ name: "request-transformer", service: { id: open.id } },
        config: { remove: { headers: ["X-Subject-ID"] } },
      }),
      examplePlugin(kinds, {
        ...{ name: "request-termination", service: { id: closed.id } },
        config: { status_code: 403, message: "closed" },
      }),
    ],
  });
  const snapshot = buildSnapshot(entities, kinds);
  const pools = createPools(() => undefined);
  const free = createHttpServer();
  gateway = await portOf(free);
  await new Promise((resolve) => free.close(resolve));
  const context = { snapshot: () => snapshot, pools, log: () => undefined, draining: () => false };
  const servers = await openServers([{ host: HOST, port: gateway, flags: [] }], () =>
    createProxyServer(context),
  );
  clean.push(
    () => servers.stop(0),
    () => pools.close(),
    () => agent.close(),
    () => secret.close(),
  );
});
afterAll(async () => {
  for (const end of clean) await end();
});

/** Milliseconds of silence after which the client goes: half a request is never answered. */
const SILENCE = 20;

/** Everything that comes back for these bytes, until the gateway closes the connection or says nothing for a while. */
async function answersTo(bytes: string, silence = SILENCE): Promise<string> {
  const socket = connect(gateway, HOST);
  const parts: Buffer[] = [];
  socket.setTimeout(silence, () => socket.end());
  socket.on("data", (part: Buffer) => parts.push(part)).on("error", () => undefined);
  socket.write(bytes, "latin1");
  // Not by `once`, which would throw what a reset is.
  await new Promise((resolve) => socket.once("close", resolve));
  return Buffer.concat(parts).toString("latin1");
}

const INNER = "GET /secret HTTP/1.1\r\nHost: gateway\r\n\r\n";
const request = almost(
  [
    "GET /agent HTTP/1.1\r\nHost: gateway\r\nX-Subject-ID: root\r\n\r\n",
    "POST /agent/x?y=z HTTP/1.1\r\nHost: gateway\r\nContent-Length: 5\r\n\r\nhello",
    "POST /agent HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    `POST /agent HTTP/1.1\r\nHost: gateway\r\nContent-Length: ${INNER.length}\r\n\r\n${INNER}`,
    `GET /agent/../secret HTTP/1.1\r\nHost: gateway\r\n\r\n${INNER}`,
    "GET /agent HTTP/1.1\r\nHost: gateway\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  ],
  [
    ...[
      "\r\n",
      "\n",
      "\r",
      "\r\n\r\n",
      ": ",
      " ",
      "\t",
      "%2e%2e/",
      "%2f",
      "..",
      "//",
      ";",
      "\\",
      "http://secret/",
      "CONNECT ",
      "OPTIONS * ",
    ],
    ...[
      "Content-Length: 0\r\n",
      "Content-Length: 99\r\n",
      "Transfer-Encoding: chunked\r\n",
      "Transfer-Encoding : x\r\n",
      "0\r\n\r\n",
    ],
    ...[
      "X-Subject-ID: root\r\n",
      "x-subject-id:root\r\n",
      " X-Subject-ID: root\r\n",
      "Expect: 100-continue\r\n",
      "HTTP/1.0",
      "HTTP/9.9",
      INNER,
    ],
  ],
);

test("whatever bytes come, the gateway answers in HTTP or not at all, opens nothing, and goes on", async () => {
  await fc.assert(
    fc.asyncProperty(request, async (bytes) => {
      const answers = await answersTo(bytes);
      expect(answers).toMatch(/^(?:$|HTTP\/1\.1 [1-5]\d\d )/);
      expect(passed).toEqual([]);
      // It closes the connection, however long that takes.
      const honest = await answersTo("GET /agent HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n", 0);
      expect(honest).toMatch(/^HTTP\/1\.1 200 /);
      expect(identities.filter((one) => one !== undefined)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
