import { connect } from "node:net";
import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAllowedHosts, refuseUnknownHosts } from "../../../../services/lib/known-hosts.ts";

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  app = fastify();
  refuseUnknownHosts(app, readAllowedHosts({ NASIKO_ALLOWED_HOSTS: "nasiko-web, Proxy.Example ,," }));
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({}));
  app.get("/", () => ({ ok: true }));
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => app.close());

/** Status of the answer to a request exactly as it is written. */
const statusOf = (...lines: readonly string[]): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.end([...lines, "", ""].join("\r\n")));
    let text = "";
    socket.on("data", (part) => (text += part.toString()));
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])));
  });
const asked = (host: string, path = "/"): Promise<number> =>
  statusOf(`GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close");

describe("a server that knows its names", () => {
  test.each(["127.0.0.1", "localhost:4000", "LOCALHOST", "[::1]:4000", "nasiko-web:4000", "proxy.example"])(
    "answers to %s",
    async (host) => {
      expect(await asked(host)).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "evil.example:4000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example:127.0.0.1",
    "127.0.0.2",
    "[::2]:4000",
    "localhost@evil.example",
    "",
  ])("answers 421 to %s, whatever is asked", async (host) => {
    expect(await asked(host)).toBe(421);
    expect(await asked(host, "/no/such/path")).toBe(421);
  });

  test("looks at every name that a request gives it", async () => {
    const twice = ["Host: localhost", "host: evil.example", "Connection: close"];
    // Node's parser refuses the second itself, or hands it on: it is served in neither case.
    expect(await statusOf("GET / HTTP/1.1", ...twice)).toBeGreaterThanOrEqual(400);
    const absolute = (target: string): Promise<number> =>
      statusOf(`GET ${target} HTTP/1.1`, "Host: localhost", "Connection: close");
    for (const target of [
      "http://evil.example/",
      "http://evil.example:4000",
      "HTTP://localhost@evil.example/",
    ])
      expect(await absolute(target), target).toBe(421);
  });

  test("answers programs that name nobody, as HTTP/1.0 lets them", async () => {
    expect(await statusOf("GET / HTTP/1.0")).toBe(200);
    expect(await statusOf("GET / HTTP/1.0", "Host: evil.example")).toBe(421);
  });
});
