import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { afterEach, describe, expect, test } from "vitest";
import { connectDocker, type Docker } from "../../../../services/nasiko-worker/src/docker.ts";
import { PermanentFailure } from "../../../../services/nasiko-worker/src/failure.ts";

const open: { readonly server: Server; readonly docker: Docker }[] = [];
afterEach(async () => {
  for (const { server, docker } of open.splice(0)) {
    await docker.close();
    server.closeAllConnections();
    server.close();
  }
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The worker's client of an engine that answers like this. */
async function engine(answer: Answer): Promise<Docker> {
  const server = createServer((request, response) => {
    if (request.url === "/version") response.end('{"ApiVersion":"1.41","MinAPIVersion":"1.12"}');
    else answer(request, response);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const docker = connectDocker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  open.push({ server, docker });
  return docker;
}

const build = (docker: Docker, within: number): Promise<unknown> =>
  docker.build("nasiko/agent-x:0", Readable.from(["tar"]), within).catch((error: unknown) => error);

describe("a build", () => {
  test("without an end is given up after its time, for good, and the engine learns of it", async () => {
    const gone = Promise.withResolvers<undefined>();
    const docker = await engine((_request, response) => {
      response.on("close", () => gone.resolve(undefined));
      const say = (): unknown => response.write('{"stream":"still here\\n"}\n');
      const timer = setInterval(say, 5);
      gone.promise.then(() => clearInterval(timer)).catch(() => undefined);
    });
    const failure = await build(docker, 300);
    expect(failure).toBeInstanceOf(PermanentFailure);
    expect(String(failure)).toMatch(/took longer than/);
    await gone.promise;
  });

  test("that says too much is given up, for good, and the engine learns of it", async () => {
    const gone = Promise.withResolvers<undefined>();
    const docker = await engine((request, response) => {
      request.resume();
      response.on("close", () => gone.resolve(undefined));
      const endless = function* (): Generator<string> {
        for (;;) yield `{"stream":"${"x".repeat(60_000)}"}\n`;
      };
      Readable.from(endless()).pipe(response);
    });
    const failure = await build(docker, 60_000);
    expect(failure).toBeInstanceOf(PermanentFailure);
    expect(String(failure)).toMatch(/says more than 16 MB/);
    await gone.promise;
  });
});

describe("a container", () => {
  const plan = { name: "n", hash: "h", body: {} };

  /** An engine whose containers are of these images, one after the other. @returns what it was asked for */
  async function run(
    images: readonly string[],
  ): Promise<{ readonly asked: readonly string[]; readonly error: unknown }> {
    const asked: string[] = [];
    const left = [...images];
    const docker = await engine(({ method = "", url = "" }, response) => {
      const path = url.replace("/v1.41", "").split("?")[0] ?? "";
      asked.push(`${method} ${path}`);
      if (path.endsWith("/json")) response.end(JSON.stringify({ Image: left.shift() }));
      else response.writeHead(path.endsWith("/create") ? 201 : 204).end();
    });
    const error: unknown = await docker.run(plan, "sha256:checked").catch((reason: unknown) => reason);
    return { asked, error };
  }

  const CREATED = ["POST /containers/create", "GET /containers/n/json"];
  const REMOVED = ["POST /containers/n/stop", "DELETE /containers/n"];

  test("is started when it is of the image that was checked", async () => {
    expect(await run(["sha256:checked"])).toEqual({
      asked: [...CREATED, "POST /containers/n/start"],
      error: undefined,
    });
  });

  test("of another image is replaced, and never started", async () => {
    expect((await run(["sha256:other", "sha256:checked"])).asked).toEqual([
      ...[...CREATED, ...REMOVED],
      ...[...CREATED, "POST /containers/n/start"],
    ]);
    const { asked, error } = await run(["sha256:other", "sha256:other"]);
    expect(asked).not.toContain("POST /containers/n/start");
    expect(String(error)).toMatch(/not of the image that was checked/);
  });
});
