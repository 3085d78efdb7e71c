import { expect } from "vitest";

import { BOTH, defineAttacks } from "../support/attack.ts";
import { bytesFor, type Told } from "../support/http.ts";
import { MALLORY } from "../support/mallory.ts";
import type { Place, World } from "../support/world.ts";

const EVIL = "http://evil.example";

/** Servers of ours that publish a port, with a path that each answers to everybody. */
const PLACES: readonly (readonly [Place, string])[] = [
  ["gateway", "/status"],
  ["registry", "/status"],
  ["web", "/"],
  ["langtrace", "/login"],
  ["n8n", "/healthz"],
];

/** Heads of requests that would be answered under another name, if any part of them counted. */
const heads = (port: number, path: string): readonly string[] => {
  const own = `127.0.0.1:${port}`;
  const get = (target: string, ...headers: readonly string[]): string =>
    [`GET ${target} HTTP/1.1`, ...headers, "Connection: close", "", ""].join("\r\n");
  return [
    get(path, `Host: 127.0.0.1.evil.example:${port}`),
    get(path, "Host: evil.example."),
    get(path, `Host: evil.example@${own}`),
    get(path, `Host: ${own}@evil.example`),
    get(path, `Host: ${own}, evil.example`),
    get(path, `Host: ${own} evil.example`),
    get(path, `Host: ${own}/evil.example`),
    get(path, `Host: evil.example#${own}`),
    get(path, `Host: [::1].evil.example:${port}`),
    get(path, `Host: [::ffff:5db8:d822]:${port}`),
    get(path, "Host: xn--e1awd7f.example"),
    get(path, `Host: ${own}`, "Host: evil.example"),
    get(path, "Host: evil.example", `Host: ${own}`),
    get(path, "Host: evil.example", `X-Forwarded-Host: ${own}`, `Forwarded: host=${own}`),
    get(path, "Host: evil.example", `X-Host: ${own}`, `X-Original-Host: ${own}`),
    get(path, " Host: evil.example", `Host: ${own}`),
    get(path, `Host : ${own}`, "Host: evil.example"),
    get(path, "Host:"),
    get(`http://evil.example${path}`, `Host: ${own}`),
    get(`http://evil.example:${port}${path}`, `Host: ${own}`),
    get(`http://${own}@evil.example${path}`, `Host: ${own}`),
    get(`HTTP://EVIL.EXAMPLE${path}`, `Host: ${own}`),
    get(`//evil.example${path}`, "Host: evil.example"),
  ];
};

/** Origins that a careless comparison would take for the platform's own. */
const origins = (port: number): readonly string[] => [
  EVIL,
  "null",
  "file://",
  "",
  `https://127.0.0.1:${port}`,
  `http://127.0.0.1:${port}.evil.example`,
  `http://127.0.0.1:${port}@evil.example`,
  `http://127.0.0.1.evil.example:${port}`,
  `http://127x0x0x1:${port}`,
  `http://127.0.0.1:${port}0`,
  "http://127.0.0.1:1",
  "http://127.0.0.1",
  `http://evil.example/http://127.0.0.1:${port}`,
  `http://127.0.0.1:${port} ${EVIL}`,
  `http://127.0.0.1:${port}/`,
  `chrome-extension://127.0.0.1:${port}`,
];

const statusOf = (answer: string): number => Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0);

const message = JSON.stringify({
  jsonrpc: "2.0",
  id: 1,
  method: "message/send",
  params: {
    message: { kind: "message", messageId: "1", role: "user", parts: [{ kind: "text", text: "x" }] },
  },
});

/** How often the attacker's agent was asked for anything that holds this word. */
const arrived = async (world: World, word: string): Promise<boolean> =>
  JSON.stringify(await world.asAgent(`return (await fetch("http://127.0.0.1:5000/asked")).json();`)).includes(
    word,
  );

/** Bodies that a page of any origin sends without asking first: those of forms, and none at all. */
const SIMPLE_TYPES = [
  "text/plain",
  "text/plain;charset=UTF-8",
  "text/plain; application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  undefined,
];

const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
};

/** What a page of another origin does in the browser of somebody who uses the platform. */
export const BROWSER_ATTACKS = defineAttacks([
  {
    id: "S-03",
    name: "host_spellings",
    modes: BOTH,
    run: async (world) => {
      let tried = 0;
      for (const [at, path] of PLACES) {
        const port = world.port(at);
        const open = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
        expect(statusOf(await bytesFor(port, open)), at).toBe(200);
        for (const head of heads(port, path)) {
          const status = statusOf(await bytesFor(port, head));
          expect([400, 403, 404, 421], `${at}: ${head}`).toContain(status);
          tried++;
        }
      }
      return `${tried} other names, however they are written: 421 or 400`;
    },
  },
  {
    id: "S-03",
    name: "cors_origin_spellings",
    modes: BOTH,
    run: async (world) => {
      const port = world.port("gateway");
      const ask = (origin: string, method: string): Promise<Told> =>
        world.ask({
          ...{ path: "/api/v1/healthcheck", method },
          headers: {
            ...{ origin, "access-control-request-method": "PUT" },
            "access-control-request-private-network": "true",
          },
        });
      const own = `http://127.0.0.1:${port}`;
      expect((await ask(own, "OPTIONS")).headers["access-control-allow-origin"]).toBe(own);
      for (const origin of origins(port))
        for (const method of ["OPTIONS", "GET"]) {
          const { headers } = await ask(origin, method);
          expect(headers["access-control-allow-origin"], `${method} ${origin}`).toBeUndefined();
          expect(headers["access-control-allow-private-network"], `${method} ${origin}`).toBeUndefined();
          expect(headers["access-control-allow-credentials"], `${method} ${origin}`).not.toBe("true");
        }
      return `${origins(port).length} origins that look like the platform's are none`;
    },
  },
  {
    id: "S-03",
    name: "blind_posts",
    modes: BOTH,
    run: async (world) => {
      const token = await world.superUser();
      const path = `/agents/agent-${MALLORY}/`;
      const honest = { method: "POST", path, body: message, token };
      const sent = await world.ask({ ...honest, headers: { "x-word": "honest-word" } });
      expect(sent.status, sent.text).toBe(200);
      expect(await arrived(world, "honest-word")).toBe(true);
      for (const type of SIMPLE_TYPES)
        for (const target of [
          path,
          "/agents/agent-translator/",
          "/router",
          "/api/v1/agents/upload",
          "/api/v1/registry",
          "/n8n/webhook/x",
        ]) {
          const told = await world.ask({
            ...{ method: "POST", path: target, body: message },
            headers: {
              ...{ origin: EVIL, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
              ...(type === undefined ? {} : { "content-type": type }),
              "x-word": "blind-word",
            },
          });
          expect([401, 403, 415], `${target} ${type ?? "no type"}: ${told.text}`).toContain(told.status);
        }
      expect(await arrived(world, "blind-word")).toBe(false);
      return "403: nothing that a page sends blindly reaches an agent or a service";
    },
  },
  {
    id: "S-03",
    name: "websocket_origins",
    modes: BOTH,
    run: async (world) => {
      const token = await world.superUser();
      const paths = [`/agents/agent-${MALLORY}/ws`, "/n8n/rest/push", "/app/ws", "/api/v1/ws"];
      const shake = async (path: string, origin: string): Promise<number> =>
        world.ask({ path, token, headers: { ...HANDSHAKE, origin } }).then(
          ({ status }) => status,
          () => 0,
        );
      const own = `http://127.0.0.1:${world.port("gateway")}`;
      // The agent breaks the connection off: it was asked.
      expect([0, 502]).toContain(await shake(paths[0] ?? "", own));
      for (const path of paths)
        for (const origin of [EVIL, "null", "http://localhost:1"])
          expect(await shake(path, origin), `${path} ${origin}`).toBe(403);
      return "403: a page of another origin opens no socket, although nobody asks it first";
    },
  },
]);
