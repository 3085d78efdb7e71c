import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { langtraceClickhouse } from "../../../../platform/services/langtrace-clickhouse.ts";
import { BUILD_TIME, builtOffline, offlineImage, prepared } from "../images/containers.ts";
import { type Running, secretOf, Stack } from "./service-container.ts";

const PASSWORD = secretOf("langtrace-clickhouse-password");

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function query(service: Running, sql: string, user = "langtrace", key = PASSWORD): Promise<Answer> {
  const response = await fetch(`http://${await service.address()}:8123/`, {
    method: "POST",
    headers: { "X-ClickHouse-User": user, "X-ClickHouse-Key": key },
    body: sql,
  });
  return { status: response.status, text: await response.text() };
}

describe("the offline image of ClickHouse", () => {
  const stack = new Stack();
  let running: Running;
  beforeAll(async () => {
    await prepared("base-debian");
    await builtOffline("clickhouse-server");
    running = await stack.start(langtraceClickhouse);
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  test("is of the version that image.json says", async () => {
    const { text } = await query(running, "SELECT version()");
    expect(text.startsWith(offlineImage("clickhouse-server").version)).toBe(true);
  });

  test("keeps its data when the container is replaced, and when it is killed", async () => {
    for (const sql of [
      "CREATE DATABASE langtrace_traces",
      "CREATE TABLE langtrace_traces.spans (id String, at DateTime) ENGINE = MergeTree ORDER BY id",
      "INSERT INTO langtrace_traces.spans VALUES ('a', 0)",
    ])
      expect(await query(running, sql)).toEqual({ status: 200, text: "" });
    expect(await running.replace()).toBe(0);
    running = await stack.start(langtraceClickhouse);
    await query(running, "INSERT INTO langtrace_traces.spans VALUES ('b', 0)");
    await running.kill();
    running = await stack.start(langtraceClickhouse);
    expect(await query(running, "SELECT id FROM langtrace_traces.spans ORDER BY id")).toEqual({
      status: 200,
      text: "a\nb\n",
    });
  });

  test.each([
    ["a wrong password", "langtrace", "wrong"],
    ["the user that is there by default", "default", ""],
    ["an unknown user", "eve", PASSWORD],
  ])("refuses %s", async (_who, user, key) => {
    const { status, text } = await query(running, "SELECT 1", user, key);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toMatch(/DB::Exception/);
  });

  test("makes the database that the environment names", async () => {
    await running.replace();
    running = await stack.start(langtraceClickhouse, { env: { CLICKHOUSE_DB: "wanted" } });
    expect((await query(running, "SELECT name FROM system.databases WHERE name = 'wanted'")).text).toBe(
      "wanted\n",
    );
  });

  test.each([
    ["CLICKHOUSE_USER", "<evil/>"],
    ["CLICKHOUSE_DB", "../up"],
  ])("does not start with a %s that is no name", async (name, value) => {
    await expect(stack.start(langtraceClickhouse, { env: { [name]: value } })).rejects.toThrow(
      `${name} may hold letters`,
    );
  });
});
