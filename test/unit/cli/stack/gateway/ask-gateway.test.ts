import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { askGateway } from "../../../../../cli/stack/gateway/ask-gateway.ts";

const LOGIN = { method: "POST", path: "/auth/users/login", body: { access_secret: "s" }, confidential: true };

test.each(["http://192.0.2.1:9100/", "http://engine.example:9100/", "http://127.0.0.1.example:9100/"])(
  "no login is sent without TLS over a network: %s",
  async (gateway) => {
    await expect(askGateway(gateway, LOGIN)).rejects.toMatchObject({ code: "NSK-GATEWAY-PLAIN" });
  },
);

test("on this machine nobody listens in between", async () => {
  const server = createServer((_, response) => response.end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  for (const host of ["127.0.0.1", "localhost"])
    expect((await askGateway(`http://${host}:${port}/`, LOGIN)).status).toBe(200);
  server.close();
});
