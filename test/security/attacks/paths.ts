import { expect } from "vitest";

import { BOTH, defineAttacks } from "../support/attack.ts";
import { bytesFor } from "../support/http.ts";
import type { World } from "../support/world.ts";

const AGENTS = "/api/v1/registry/user/agents";

/** Other ways to write a guarded path. */
const SPELLINGS = [
  "/api/v1/registry/user/agents/",
  "//api/v1/registry/user/agents",
  "/api//v1/registry/user/agents",
  "/api/v1/../v1/registry/user/agents",
  "/health/../api/v1/registry/user/agents",
  "/app/../api/v1/registry/user/agents",
  "/app/..%2fapi/v1/registry/user/agents",
  "/app/%2e%2e/api/v1/registry/user/agents",
  "/%61pi/v1/registry/user/agents",
  "/api%2fv1/registry/user/agents",
  "/api;x/v1/registry/user/agents",
  "/api/v1/registry/user/agents?x=/health",
  "/API/v1/registry/user/agents",
  "http://127.0.0.1/api/v1/registry/user/agents",
  "/./api/v1/registry/user/agents",
  "/%2e/api/v1/registry/user/agents",
  "/%2fapi/v1/registry/user/agents",
  "/status/..;/api/v1/registry/user/agents",
  "/status/%2e%2e%2fapi/v1/registry/user/agents",
  "/status%00/../api/v1/registry/user/agents",
  "/app/..\\api\\v1\\registry\\user\\agents",
  "/app/%5c..%5capi/v1/registry/user/agents",
  "/app/.%2e/api/v1/registry/user/agents",
  "/app/%252e%252e/api/v1/registry/user/agents",
  "/app/%c0%ae%c0%ae/api/v1/registry/user/agents",
  "/auth/../api/v1/registry/user/agents",
  "/auth/users/login/../../../api/v1/registry/user/agents",
  "/agents/agent-mallory/../../api/v1/registry/user/agents",
  "/api/v1/registry/user/agents%20",
  "/api/v1/registry/user/agents%23x",
  "/api/v1/registry/user/agents;jsessionid=1",
  "/api/v1/registry/user/agents/%2e",
] as const;

/** Two requests in one: what a lenient peer would take for a second request asks for the guarded path. */
const SMUGGLED = ((): readonly string[] => {
  const inner = `GET ${AGENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
  const post = (headers: string, body: string): string =>
    `POST /health HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n${body}`;
  return [
    post(`Content-Length: ${inner.length + 5}\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${inner}`),
    post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `5c\r\n${inner}\r\n0\r\n\r\n`),
    post("Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n", `0\r\n\r\n${inner}`),
    post("Transfer-Encoding : chunked\r\nContent-Length: 4\r\n", `0\r\n\r\n${inner}`),
    post("Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n", `0\r\n\r\n${inner}`),
    post("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${inner}`),
    post(`Content-Length: 0\r\nContent-Length: ${inner.length}\r\n`, inner),
    post(`Content-Length: +0\r\n`, inner),
    post(`X: y\nContent-Length: ${inner.length}\r\n`, inner),
    post(`Content-Length: 0x${inner.length.toString(16)}\r\n`, inner),
    post("Transfer-Encoding: chunked, identity\r\nContent-Length: 4\r\n", `0\r\n\r\n${inner}`),
    post("Transfer-Encoding: chunked\r\n", `0;\n\r\n\r\n${inner}`.replace("\r\n\r\n", "\r\n")),
    post("Transfer-Encoding: chunked\r\n", `1;a="\r\n\r\n${inner}"\r\nx\r\n0\r\n\r\n`),
    post(`X: y\r\n Content-Length: ${inner.length}\r\nContent-Length: 0\r\n`, ""),
    post("Connection: Content-Length\r\nContent-Length: 4\r\n", `abcd`).replace("abcd", `ab${inner}`),
    post("Expect: 100-continue\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${inner}`),
    post("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n", ""),
    `GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 777\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n${inner.replace("Host: 127.0.0.1", "Host: evil.example")}`,
    `GET /health HTTP/0.9\r\n\r\n${inner.replace("\r\nHost: 127.0.0.1", "")}`,
  ];
})();

/** Nothing of the list of agents, which a guarded answer holds. */
async function listed(world: World): Promise<void> {
  const honest = await world.ask({ path: AGENTS, token: await world.superUser() });
  expect(honest.text).toContain("translator");
}

/** Ways around the gateway's rules. */
export const PATH_ATTACKS = defineAttacks([
  {
    id: "PATH",
    name: "path_spellings",
    modes: BOTH,
    run: async (world) => {
      await listed(world);
      for (const path of SPELLINGS) {
        const told = await world.ask({ path });
        expect(told.text, path).not.toContain("translator");
        expect([400, 401, 403, 404, 421], `${path}: ${told.text}`).toContain(told.status);
      }
      return `${SPELLINGS.length} spellings of a guarded path open nothing without a token`;
    },
  },
  {
    id: "PATH",
    name: "duplicate_authorization",
    modes: ["enterprise"],
    run: async (world) => {
      await listed(world);
      const token = await world.superUser();
      const user = await world.user("eve");
      for (const values of [
        [`Bearer ${user.token}`, `Bearer ${token}x`],
        ["Bearer x", `Bearer ${user.token}`],
      ]) {
        const told = await world.ask({ path: "/auth/users", headers: { authorization: values } });
        expect(told.status, told.text).toBeGreaterThanOrEqual(400);
        expect(told.status, told.text).toBeLessThan(500);
      }
      return "a repeated Authorization is refused";
    },
  },
  {
    id: "PATH",
    name: "request_smuggling",
    modes: BOTH,
    run: async (world) => {
      await listed(world);
      for (const bytes of SMUGGLED) {
        const text = await bytesFor(world.port("gateway"), bytes);
        expect(text, bytes).not.toContain("translator");
      }
      return `${SMUGGLED.length} ways to hide a request in another: none is answered with it`;
    },
  },
]);
