import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { langtraceClickhouse } from "../../../../platform/services/langtrace-clickhouse.ts";
import { langtracePostgres } from "../../../../platform/services/langtrace-postgres.ts";
import { langtrace } from "../../../../platform/services/langtrace.ts";
import { JSON_EXPORT, PROTOBUF_EXPORT } from "../../../unit/offline/stand-ins/exports.ts";
import { otelCollector } from "../../../../platform/services/otel-collector.ts";
import { BUILD_TIME, builtOffline, prepared } from "../images/containers.ts";
import { secretOf, Stack, type Running } from "../data/service-container.ts";
import { eventually } from "../../services/support/service-process.ts";
import { ask, type Answered } from "./ask.ts";
import { publish, type Published } from "./publish.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";

/** The known export, as another service's and with another trace. */
function exportOf(service: string, traceId: string): unknown {
  const text = JSON.stringify(JSON_EXPORT).replaceAll("agent-translator", service);
  return JSON.parse(text.replaceAll(TRACE, traceId));
}

describe("the service langtrace on the offline image, with its databases", () => {
  const stack = new Stack();
  let postgres: Running;
  let clickHouse: Running;
  let published: Published;
  let url: string;

  beforeAll(async () => {
    await prepared("base-node", "base-debian");
    for (const name of [
      "langtrace-client",
      "postgres",
      "clickhouse-server",
      "opentelemetry-collector-contrib",
    ])
      await builtOffline(name);
    postgres = await stack.start(langtracePostgres);
    clickHouse = await stack.start(langtraceClickhouse);
    const service = await stack.start(langtrace);
    published = await publish(await service.address(), 3000);
    // As people reach it: it does not go by the address of its container.
    url = `http://127.0.0.1:${published.port}`;
    // The collector is compiled, which takes minutes where nothing is cached.
  }, 3 * BUILD_TIME);
  afterAll(async () => {
    published.close();
    await stack.clean();
  });

  const login = async (password: string): Promise<Response> =>
    fetch(`${url}/login`, {
      method: "POST",
      body: new URLSearchParams({ email: "admin@nasiko.local", password }),
      redirect: "manual",
    });
  const cookieOf = async (): Promise<string> =>
    (await login(secretOf("langtrace-admin-password"))).headers.get("set-cookie") ?? "";
  const keyOf = async (agent: string): Promise<string> => {
    const { json } = await ask(`${url}/api/v1/agents?agent_name=${agent}`, {
      headers: { cookie: await cookieOf() },
    });
    return (json as { api_key: string }).api_key;
  };
  const tracesOf = async (agent: string): Promise<Answered> =>
    ask(`${url}/api/traces`, { headers: { "x-api-key": await keyOf(agent) } });

  test("reads back a span that a collector sent, in protobuf and packed", async () => {
    const headers = { "content-type": "application/x-protobuf", "content-encoding": "gzip" };
    const sent = await ask(`${url}/v1/traces`, { headers, body: Uint8Array.from(gzipSync(PROTOBUF_EXPORT)) });
    expect(sent).toMatchObject({ status: 200, text: "" });
    expect((await tracesOf("agent-translator")).json).toMatchObject({
      traces: [
        {
          traceId: TRACE,
          project: "agent-translator",
          spans: [
            {
              name: "translate",
              started: "1700000000123456789",
              attributes: { "llm.tokens": 42 },
              events: [{ name: "retry" }],
            },
          ],
        },
      ],
    });
  });

  test("reads back what went through the platform's collector", async () => {
    const collector = await stack.start(otelCollector, { has: (service) => service === "langtrace" });
    // The collector keeps nothing of long ago: seconds of now in the place of those in the export.
    const seconds = String(Math.floor(Date.now() / 1000));
    const text = JSON.stringify(exportOf("collected", "dd".repeat(16)));
    const json: unknown = JSON.parse(text.replaceAll(/"1700000\d{3}(?=\d{9}")/g, `"${seconds}`));
    expect((await ask(`http://${await collector.address()}:4318/v1/traces`, { json })).status).toBe(200);
    const read = await eventually(async () => {
      const { json: found } = await tracesOf("collected");
      return (found as { traces: readonly unknown[] }).traces.length > 0 ? found : undefined;
    });
    expect(read).toMatchObject({ traces: [{ traceId: "dd".repeat(16), spans: [{ service: "collected" }] }] });
  });

  test("puts spans that come with a key into its project, once even when they come twice", async () => {
    const headers = { "x-api-key": await keyOf("keyed") };
    const json = exportOf("whatever", "aa".repeat(16));
    for (let time = 0; time < 2; time++)
      expect((await ask(`${url}/api/trace`, { headers, json })).json).toEqual({});
    const { json: read } = await tracesOf("keyed");
    const { traces } = read as { traces: readonly { spans: readonly unknown[] }[] };
    expect(traces.map(({ spans }) => spans.length)).toEqual([1]);
  });

  test("gives an agent the same key by GET and POST, and each agent its own", async () => {
    const headers = { cookie: await cookieOf() };
    const { json } = await ask(`${url}/api/v1/agents`, { headers, json: { agent_name: "one" } });
    expect(json).toMatchObject({ agent_name: "one", project_name: "one", api_key: await keyOf("one") });
    expect(await keyOf("two")).not.toBe(await keyOf("one"));
    expect((await ask(`${url}/api/v1/agents`, { headers })).status).toBe(400);
  });

  test("gives nobody a key without a login", async () => {
    expect((await ask(`${url}/api/v1/agents?agent_name=one`)).status).toBe(401);
    expect((await ask(`${url}/api/v1/agents`, { json: { agent_name: "one" } })).status).toBe(401);
    const headers = { cookie: "langtrace-session=9999999999999.x" };
    expect((await ask(`${url}/api/v1/agents?agent_name=one`, { headers })).status).toBe(401);
  });

  test("shows traces to nobody without a login or the project's key", async () => {
    expect((await ask(`${url}/api/traces`)).status).toBe(401);
    const headers = { "x-api-key": await keyOf("stranger") };
    expect((await ask(`${url}/api/traces?project=agent-translator`, { headers })).status).toBe(403);
    expect((await ask(`${url}/api/trace`, { headers: { "x-api-key": "made-up" }, json: {} })).status).toBe(
      401,
    );
    expect((await ask(`${url}/`)).status).toBe(302);
  });

  test("shows the administrator all of them", async () => {
    await ask(`${url}/v1/traces`, { json: exportOf("it's <b>", "bb".repeat(16)) });
    expect((await login("wrong")).status).toBe(401);
    const cookie = await cookieOf();
    const { text } = await ask(`${url}/?project=${encodeURIComponent("it's <b>")}`, { headers: { cookie } });
    expect(text).toContain("bb".repeat(16));
    expect(text).not.toContain("<b>");
  });

  test.each([
    ["what is no JSON", { headers: { "content-type": "application/json" }, body: "{" }],
    ["a format of its own", { json: [{ span: 1 }] }],
    ["what is not packed as it says", { headers: { "content-encoding": "gzip" }, body: "{}" }],
  ])("refuses %s, so that it is not sent again", async (_what, question) => {
    expect((await ask(`${url}/v1/traces`, question)).status).toBe(400);
  });

  test("asks senders to try again while a database is away, and goes on when it is back", async () => {
    const send = (): Promise<Answered> =>
      ask(`${url}/v1/traces`, { json: exportOf("late", "cc".repeat(16)) });
    for (const database of [postgres, clickHouse]) {
      await database.container.stop();
      expect((await send()).status).toBe(503);
      await database.container.start();
      await eventually(async () => ((await send()).status === 200 ? true : undefined));
    }
    expect((await tracesOf("late")).json).toMatchObject({ traces: [{ traceId: "cc".repeat(16) }] });
  });
});
