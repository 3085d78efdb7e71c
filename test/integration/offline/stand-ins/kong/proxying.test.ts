import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILD_TIME } from "../../images/containers.ts";
import { eventually, open, responseTo, told } from "./http.ts";
import { World } from "./world.ts";

describe("the gateway passes on", () => {
  let world: World;
  beforeAll(async () => {
    world = await World.ready();
    await Promise.all([world.startUpstream("one"), world.startUpstream("two")]);
    await world.expose("/one", "one");
    await eventually(async () => (await world.proxy("/one/x")).status === 200);
  }, BUILD_TIME);
  afterAll(() => world.clean());

  test("a request with its body, and tells where it came from", async () => {
    const answer = await world.proxy("/one/a/b?x=1&x=2", {
      method: "POST",
      body: "hello",
      headers: { "X-Real-IP": "1.2.3.4", Connection: "X-Mine", "X-Mine": "1" },
    });
    expect(told(answer)).toMatchObject({ server: "one", url: "/a/b?x=1&x=2", method: "POST", bytes: 5 });
    const { headers } = told(answer);
    expect(headers).toMatchObject({
      host: "one:5000",
      "x-forwarded-prefix": "/one",
      "x-forwarded-proto": "http",
      "x-forwarded-path": "/one/a/b",
    });
    expect(headers["x-real-ip"]).not.toBe("1.2.3.4");
    expect(headers["x-mine"]).toBeUndefined();
    expect(answer.headers.via).toBe("1.1 kong/3.9.0-standin");
    expect(answer.headers["x-kong-request-id"]).toBe(headers["x-kong-request-id"]);
  });

  test("response headers, repeated ones too, but not those of the connection", async () => {
    const { headers } = await world.proxy("/one/cookies");
    expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    expect(headers["x-hop"]).toBeUndefined();
  });

  test("nothing to servers behind other routes, however the path is written", async () => {
    await world.expose("/inner", "two", { service: { path: "/public" } });
    const seen = async (path: string): Promise<string> => {
      const answer = await world.proxy(path);
      return answer.status === 200 ? `${told(answer).server} ${told(answer).url}` : String(answer.status);
    };
    expect(await seen("/inner/x")).toBe("two /public/x");
    expect(await seen("/inner/../one/x")).toBe("one /x");
    expect(await seen("/inner/%2e%2e/nowhere")).toBe("404");
    expect(await seen("/inner/../../x")).toBe("400");
    expect(await seen("/inner/..%2f..%2f..%2fx")).toBe("400");
    expect(await seen("/inner/..%2fsecret")).toBe("two /public/..%2Fsecret");
    expect(await seen("/inner../secret")).toBe("two /public/secret");
    expect(await seen("/inner..")).toBe("two /public");
    expect(await seen("/inner//x/./y")).toBe("two /public/x/y");
    expect(await seen("//inner/x")).toBe("two /public/x");
  });

  test("404, and what is wrong with the service, in Kong's words", async () => {
    const failing = async (
      name: string,
      service: Readonly<Record<string, unknown>>,
    ): Promise<readonly unknown[]> => {
      await world.expose(`/${name}`, "one", { service });
      const { status, text, headers } = await world.proxy(`/${name}/never`);
      const body = JSON.parse(text) as { readonly message: string; readonly request_id: string };
      expect(body.request_id).toBe(headers["x-kong-request-id"]);
      return [status, body.message];
    };
    expect(await failing("refused", { port: 1 })).toEqual([
      502,
      "An invalid response was received from the upstream server",
    ]);
    expect(await failing("unknown", { host: "no-such-host.invalid" })).toEqual([
      503,
      "name resolution failed",
    ]);
    expect(await failing("silent", { read_timeout: 300 })).toEqual([
      504,
      "The upstream server is timing out",
    ]);
    const { status, text } = await world.proxy("/nowhere");
    expect([status, JSON.parse(text)]).toMatchObject([
      404,
      { message: "no Route matched with those values" },
    ]);
  });

  test("events as they come", async () => {
    const request = open({ port: world.port("proxy"), path: "/one/events?name=events" });
    const answered = responseTo(request);
    request.end();
    const response = (await answered).setEncoding("utf8");
    const events = response.iterator() as AsyncIterator<string>; // setEncoding makes chunks of text
    // The server sends the last event only after the client, having the first, asks for it.
    expect((await events.next()).value).toBe("data: first\n\n");
    await world.proxy("/one/release?name=events");
    expect((await events.next()).value).toBe("data: last\n\n");
    expect((await events.next()).done).toBe(true);
  });

  test("an upload as it comes, while the answer already flows", async () => {
    const request = open({ port: world.port("proxy"), method: "POST", path: "/one/echo" });
    const answered = responseTo(request);
    request.write("first");
    const echo = (await answered).setEncoding("utf8").iterator() as AsyncIterator<string>; // text, as above
    expect((await echo.next()).value).toBe("first");
    request.end("second");
    expect((await echo.next()).value).toBe("second");
  });

  test("large bodies whole, both ways", async () => {
    const body = "0123456789abcdef".repeat(512 * 1024);
    const { status, text } = await world.proxy("/one/echo", { method: "PUT", body });
    expect(status).toBe(200);
    expect(text === body).toBe(true);
  });

  test("WebSockets, and a server's refusal of one", async () => {
    const upgrade = (path: string): ReturnType<typeof open> =>
      open({
        port: world.port("proxy"),
        path,
        headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "x" },
      });
    const request = upgrade("/one/socket");
    const socket = await new Promise<Duplex>((resolve, reject) => {
      request.once("upgrade", (response, opened: Duplex) => {
        expect(response.headers).toMatchObject({
          upgrade: "websocket",
          "x-up": "one",
          via: "1.1 kong/3.9.0-standin",
        });
        resolve(opened);
      });
      request.once("error", reject);
      request.end();
    });
    const data = new Promise((resolve) => socket.once("data", (chunk: Buffer) => resolve(chunk.toString())));
    socket.write("ping");
    expect(await data).toBe("ping");
    socket.destroy();
    for (const [path, status] of [
      ["/one/refuse", 403],
      ["/nowhere", 404],
    ] as const) {
      const refused = upgrade(path);
      const answered = responseTo(refused);
      refused.end();
      const response = await answered;
      expect(response.statusCode).toBe(status);
      response.resume();
    }
  });

  test("requests of a route as soon as it was made, and none once it was removed", async () => {
    for (let round = 0; round < 20; round += 1) {
      const name = await world.expose(`/round-${round}`, "one");
      expect((await world.proxy(`/round-${round}`)).status).toBe(200);
      await world.admin("DELETE", `/routes/${name}`);
      expect((await world.proxy(`/round-${round}`)).status).toBe(404);
    }
  });

  test("no body that is larger than a plugin allows, whether or not it says so", async () => {
    const name = await world.expose("/small", "one");
    await world.admin("POST", `/routes/${name}/plugins`, {
      name: "request-size-limiting",
      config: { allowed_payload_size: 10, size_unit: "kilobytes" },
    });
    const send = async (bytes: number, headers?: Readonly<Record<string, string>>): Promise<number> => {
      const asked = { method: "POST", body: "x".repeat(bytes), ...(headers && { headers }) };
      return (await world.proxy("/small", asked)).status;
    };
    const chunked = { "transfer-encoding": "chunked" };
    expect(await send(10_240)).toBe(200);
    expect(await send(10_241)).toBe(413);
    expect(await send(10_240, chunked)).toBe(200);
    expect(await send(10_241, chunked)).toBe(413);
    expect(await send(5_000_000, chunked)).toBe(413);
    expect(await send(1, chunked)).toBe(200);
  });

  test("what plugins let through, changed as they say", async () => {
    const name = await world.expose("/guarded", "one");
    const set = (plugin: string, config: Readonly<Record<string, unknown>>): Promise<unknown> =>
      world.admin("POST", `/routes/${name}/plugins`, { name: plugin, config });
    await set("cors", { origins: ["http://ui"], credentials: true });
    await set("request-transformer", {
      remove: { headers: ["X-Subject-ID"] },
      add: { headers: ["X-Added:yes"] },
    });
    await set("rate-limiting", { hour: 2 });
    const preflight = await world.proxy("/guarded", {
      method: "OPTIONS",
      headers: { Origin: "http://ui", "Access-Control-Request-Method": "PUT" },
    });
    expect([preflight.status, preflight.headers["access-control-allow-origin"]]).toEqual([200, "http://ui"]);
    const first = await world.proxy("/guarded", { headers: { "X-Subject-ID": "root", Origin: "http://ui" } });
    expect(told(first).headers["x-subject-id"]).toBeUndefined();
    expect(told(first).headers["x-added"]).toBe("yes");
    expect(first.headers).toMatchObject({
      "access-control-allow-credentials": "true",
      "ratelimit-remaining": "1",
    });
    await world.proxy("/guarded");
    const third = await world.proxy("/guarded", { headers: { Origin: "http://ui" } });
    expect([third.status, third.headers["access-control-allow-origin"]]).toEqual([429, "http://ui"]);
    await set("request-termination", { status_code: 410, message: "gone" });
    await world.admin("POST", "/services/-one/plugins", {
      name: "request-termination",
      config: { status_code: 451 },
    });
    expect((await world.proxy("/one")).status).toBe(451);
  });
});
