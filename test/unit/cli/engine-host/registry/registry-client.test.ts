import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { INDEX_TYPE } from "../../../../../cli/engine-host/registry/image-index.ts";
import { readChallenge } from "../../../../../cli/engine-host/registry/challenge.ts";
import { registryClient } from "../../../../../cli/engine-host/registry/registry-client.ts";
import type { FindRegistryAuth } from "../../../../../engine/providers/docker/registry-auth.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function registry(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  // It listens on a port, so it has an address of this form.
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const nobody: FindRegistryAuth = () => Promise.resolve(undefined);
const somebody: FindRegistryAuth = (serveraddress) =>
  Promise.resolve({ username: "ann", password: "p:w", serveraddress });
const ANN = `Basic ${Buffer.from("ann:p:w").toString("base64")}`;

describe("the client of a registry", () => {
  test("tells the digest of the bytes, not what the registry says of them", async () => {
    const host = await registry((request, response) => {
      expect(request.url).toBe("/v2/acme/web/manifests/1.0");
      response
        .setHeader("Docker-Content-Digest", "sha256:lie")
        .setHeader("Content-Type", INDEX_TYPE)
        .end("{}");
    });
    expect(await registryClient(nobody).manifest(`${host}/acme/web:1.0`)).toEqual({
      digest: "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
      mediaType: INDEX_TYPE,
      size: 2,
      content: {},
    });
  });

  test("knows no manifest where the tag does not exist", async () => {
    const host = await registry((_, response) => response.writeHead(404).end());
    expect(await registryClient(nobody).manifest(`${host}/web:1`)).toBeUndefined();
  });

  test("gives its login when it is asked for one, not before", async () => {
    const seen: (string | undefined)[] = [];
    const host = await registry(({ headers, method }, response) => {
      seen.push(headers.authorization);
      if (headers.authorization === ANN) response.writeHead(method === "PUT" ? 201 : 404).end();
      else response.writeHead(401, { "WWW-Authenticate": 'Basic realm="r"' }).end();
    });
    await registryClient(somebody).putManifest(`${host}/web:1`, INDEX_TYPE, { manifests: [] });
    expect(seen).toEqual([undefined, ANN]);
  });

  test("fetches a token for writing where another service gives them", async () => {
    const host = await registry(({ headers, url = "" }, response) => {
      if (url.startsWith("/token")) {
        expect(headers.authorization).toBe(ANN);
        expect(new URL(url, "http://x").searchParams.get("scope")).toBe("repository:acme/web:pull,push");
        response.end(JSON.stringify({ token: "t" }));
      } else if (headers.authorization === "Bearer t") response.writeHead(404).end();
      else {
        const realm = `http://${headers.host ?? ""}/token`;
        response.writeHead(401, { "WWW-Authenticate": `Bearer realm="${realm}",service="s"` }).end();
      }
    });
    expect(await registryClient(somebody).manifest(`${host}/acme/web:1`)).toBeUndefined();
  });

  test.each([
    ["no login", nobody, /has no login for it/],
    ["a wrong login", somebody, /refuses the login of ann/],
  ])("names the registry that wants a login, with %s", async (_, auth, detail) => {
    const host = await registry((__, response) =>
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="r"' }).end(),
    );
    await expect(registryClient(auth).manifest(`${host}/web:1`)).rejects.toMatchObject({
      code: "NSK-PUBLISH-LOGIN",
      message: expect.stringContaining(host) as string,
      detail: expect.stringMatching(detail) as string,
      suggestion: `docker login ${host}`,
    });
  });

  test.each([
    ["an error of its own", (response: ServerResponse) => response.writeHead(503).end()],
    ["nothing", (response: ServerResponse) => response.destroy()],
    ["a redirect", (response: ServerResponse) => response.writeHead(302, { Location: "http://x" }).end()],
    ["too much", (response: ServerResponse) => response.end(Buffer.alloc(5 * 1024 * 1024))],
  ])("says that the registry does not answer as it should when it answers %s", async (_, answer) => {
    const host = await registry((__, response) => answer(response));
    await expect(registryClient(nobody).manifest(`${host}/web:1`)).rejects.toMatchObject({
      code: "NSK-PUBLISH-UNREACHABLE",
    });
  });

  test("tells what the registry says to an index that it does not take", async () => {
    const host = await registry((_, response) => response.writeHead(400).end('{"errors":["no\\nsuch"]}'));
    await expect(registryClient(nobody).putManifest(`${host}/web:1`, INDEX_TYPE, {})).rejects.toMatchObject({
      code: "NSK-PUBLISH-REFUSED",
      detail: expect.stringContaining("400") as string,
    });
  });
});

test.each([
  ["a service that is not encrypted", 'Bearer realm="http://evil.example/token"'],
  ["no address", 'Bearer realm="token"'],
  ["another scheme", "Negotiate abc"],
])("a challenge that names %s gets no password", (_, header) => {
  expect(readChallenge(header)).toBeUndefined();
});
