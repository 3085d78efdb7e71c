import { describe, expect, test } from "vitest";
import { requestSizeLimiting } from "../../../../../offline/stand-ins/kong/src/plugins/request-size-limiting.ts";
import type { AccessOutcome } from "../../../../../offline/stand-ins/kong/src/plugins/plugin.ts";
import { HeaderList } from "../../../../../offline/stand-ins/kong/src/http/header-list.ts";
import { exampleRoute, exampleService } from "./examples.ts";

function ask(config: object, headers: Readonly<Record<string, string>>): AccessOutcome | undefined {
  const plugin = requestSizeLimiting.bind("p", config);
  if (plugin === undefined) throw new Error("configuration refused");
  return plugin.access({
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    clientAddress: "10.0.0.1",
    requestHeaders: HeaderList.fromRaw(Object.entries(headers).flat()),
    upstreamHeaders: new HeaderList(),
    route: exampleRoute({ paths: ["/"] }),
    service: exampleService(),
    identities: new Map(),
    identity: undefined,
  });
}

describe("request-size-limiting", () => {
  test("has Kong's defaults", () => {
    expect(requestSizeLimiting.config.parse({})).toEqual({
      ok: true,
      value: { allowed_payload_size: 128, size_unit: "megabytes", require_content_length: false },
    });
    expect(requestSizeLimiting.config.parse({ size_unit: "gigabytes" })).toMatchObject({ ok: false });
  });

  test.each([
    ["bytes", 1],
    ["kilobytes", 1024],
    ["megabytes", 1_048_576],
  ])("counts in %s", (size_unit, unit) => {
    const config = { allowed_payload_size: 3, size_unit };
    expect(ask(config, { "Content-Length": String(3 * unit) })).toBeUndefined();
    expect(ask(config, { "Content-Length": String(3 * unit + 1) })).toEqual({
      answer: { status: 413, error: "Request size limit exceeded" },
    });
  });

  test("answers 417 to who waits to be told whether to go on", () => {
    const headers = { "content-length": "9", expect: "100-Continue" };
    expect(ask({ allowed_payload_size: 1, size_unit: "bytes" }, headers)?.answer?.status).toBe(417);
  });

  test("has a body counted that does not say how large it is, or refuses it where that is asked for", () => {
    const config = { allowed_payload_size: 2, size_unit: "kilobytes" };
    expect(ask(config, {})).toEqual({ largestBody: 2048 });
    expect(ask({ ...config, require_content_length: true }, {})?.answer?.status).toBe(411);
  });
});
