import fastify, { type FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { konga } from "../../../../platform/services/konga.ts";
import { BUILD_TIME, builtOffline, prepared } from "../images/containers.ts";
import { startService, type ServiceProcess } from "../../services/support/service-process.ts";
import { Stack } from "../data/service-container.ts";
import { ask } from "./ask.ts";
import { askPublished } from "./publish.ts";

const MAIN = new URL("../../../../offline/stand-ins/konga/src/main.ts", import.meta.url).pathname;

/** Kong's Admin API with what is written to it, one service per page as a long list would be. */
function adminApi(): FastifyInstance {
  const services: Readonly<Record<string, unknown>>[] = [];
  const app = fastify({ forceCloseConnections: true });
  app.post<{ Body: Readonly<Record<string, unknown>> }>("/services", ({ body }) => {
    services.push({ id: String(services.length), protocol: "http", port: 80, path: null, ...body });
    return {};
  });
  app.get<{ Querystring: { offset?: string } }>("/services", ({ query }) => {
    const offset = Number(query.offset ?? "0");
    const next = offset + 1 < services.length ? `/services?offset=${offset + 1}` : null;
    return { data: services.slice(offset, offset + 1), next };
  });
  app.get("/routes", () => ({
    data: [{ name: "first-route", paths: ["/agents/first"], service: { id: "0" } }],
    next: null,
  }));
  return app;
}

describe("the Konga stand-in", () => {
  const admin = adminApi();
  let adminUrl: string;
  let server: ServiceProcess;

  beforeAll(async () => {
    adminUrl = await admin.listen({ host: "127.0.0.1", port: 0 });
    server = await startService(MAIN, { KONG_ADMIN_URL: adminUrl });
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await admin.close();
  });

  test("shows what was written to the gateway, over all pages of it", async () => {
    expect((await ask(server.url)).text).toContain("no services");
    for (const name of ["first", "second"])
      await ask(`${adminUrl}/services`, { json: { name, host: `${name}.example` } });
    const { status, text } = await ask(server.url);
    expect(status).toBe(200);
    expect(text).toMatch(/first\.example.*first-route: \/agents\/first.*second\.example/s);
  });
});

describe("the service konga on the offline image", () => {
  const stack = new Stack();

  beforeAll(async () => {
    await prepared("base-node");
    await builtOffline("konga");
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  test("becomes healthy by its own check, and says when the gateway is away", async () => {
    const service = await stack.start(konga);
    expect((await askPublished(await service.address(), 1337, "/")).text).toContain("does not answer");
    expect(await service.replace()).toBe(0);
  });
});
