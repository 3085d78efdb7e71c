import { describe, expect, test } from "vitest";
import { readConfig, type ConfigResult } from "../../../../../offline/stand-ins/kong/src/config/config.ts";
import { parseListen } from "../../../../../offline/stand-ins/kong/src/config/listen.ts";
import { createLog } from "../../../../../offline/stand-ins/kong/src/lib/log.ts";

describe("Kong's environment", () => {
  const problemsOf = (result: ConfigResult): readonly string[] => (result.ok ? [] : result.problems);

  test("has Kong's defaults, without listeners for TLS", () => {
    expect(readConfig({})).toMatchObject({
      ok: true,
      config: {
        database: { host: "127.0.0.1", port: 5432, database: "kong", user: "kong", timeout: 5000 },
        proxy: [{ host: "0.0.0.0", port: 8000 }],
        admin: [{ host: "127.0.0.1", port: 8001 }],
        status: [{ host: "127.0.0.1", port: 8007 }],
        plugins: ["bundled"],
        ignored: [],
      },
    });
  });

  test("ignores what it does not know, and says what has no effect", () => {
    const result = readConfig({
      KONG_NGINX_WORKER_PROCESSES: "1",
      KONG_PROXY_ACCESS_LOG: "/dev/stdout",
      KONG_ROUTER_FLAVOR: "expressions",
      KONG_PROXY_LISTEN: "0.0.0.0:8000, 0.0.0.0:8443 ssl",
    });
    expect(result).toMatchObject({
      ok: true,
      config: {
        ignored: [
          "KONG_ROUTER_FLAVOR=expressions: this stand-in is always 'traditional'",
          "KONG_PROXY_LISTEN: TLS listeners are served on the proxy alone, with a KONG_SSL_CERT",
        ],
      },
    });
  });

  test("serves TLS on the proxy with a certificate and its key, and not with one of the two", () => {
    const listen = { KONG_PROXY_LISTEN: "0.0.0.0:8000, 0.0.0.0:8443 http2 ssl" };
    const both = readConfig({ ...listen, KONG_SSL_CERT: "/c.crt", KONG_SSL_CERT_KEY: "/c.key" });
    expect(both).toMatchObject({
      ok: true,
      config: {
        proxy: [{ port: 8000 }, { port: 8443 }],
        certificate: { certificate: "/c.crt", key: "/c.key" },
        ignored: [],
      },
    });
    expect(problemsOf(readConfig({ ...listen, KONG_SSL_CERT: "/c.crt" }))).toEqual([
      "KONG_SSL_CERT and KONG_SSL_CERT_KEY: one needs the other",
    ]);
  });

  test("tells all that is wrong at once", () => {
    const problems = problemsOf(
      readConfig({
        KONG_DATABASE: "off",
        KONG_PG_PORT: "x",
        KONG_LOG_LEVEL: "loud",
        KONG_ADMIN_LISTEN: "nowhere",
      }),
    );
    expect(problems).toHaveLength(4);
    for (const name of ["KONG_DATABASE", "KONG_PG_PORT", "KONG_LOG_LEVEL", "KONG_ADMIN_LISTEN"])
      expect(
        problems.some((problem) => problem.startsWith(name)),
        name,
      ).toBe(true);
  });

  test("reads listen addresses", () => {
    expect(parseListen("off")).toEqual([]);
    expect(parseListen("127.0.0.1:8001 reuseport backlog=16384, [::1]:8002")).toEqual([
      { host: "127.0.0.1", port: 8001, flags: ["reuseport", "backlog=16384"] },
      { host: "::1", port: 8002, flags: [] },
    ]);
    for (const wrong of ["8001", "host:", "host:0", "host:99999", "::1:80", ""])
      expect(typeof parseListen(wrong), wrong).toBe("string");
  });
});

test("a log line stays one line, and quiet levels stay quiet", () => {
  const lines: string[] = [];
  const log = createLog(
    "warn",
    (line) => lines.push(line),
    () => new Date("2026-01-02T03:04:05Z"),
  );
  log("notice", "not this");
  log("error", "one\r\ntwo");
  expect(lines).toEqual(["2026/01/02 03:04:05 [error] one two\n"]);
});
