import { describe, expect, test } from "vitest";
import {
  classifyFailure,
  mayRetry,
  WriteTimeout,
} from "../../../../../offline/stand-ins/kong/src/proxy/failures.ts";

describe("a failed attempt", () => {
  const failing = (code: string): unknown => Object.assign(new Error(code), { code });

  test.each([
    ["ECONNREFUSED", 502, true],
    ["EHOSTUNREACH", 502, true],
    ["UND_ERR_CONNECT_TIMEOUT", 504, true],
    ["UND_ERR_HEADERS_TIMEOUT", 504, false],
    ["ENOTFOUND", 503, false],
    ["EAI_AGAIN", 503, false],
    ["UND_ERR_SOCKET", 502, false],
    ["HPE_INVALID_CONSTANT", 502, false],
  ])("with %s answers %i", (code, status, neverSent) => {
    expect(classifyFailure(failing(code))).toMatchObject({ status, neverSent });
  });

  test("that we gave up ourselves is a timeout", () => {
    expect(classifyFailure(new WriteTimeout("slow"))).toMatchObject({
      status: 504,
      neverSent: false,
      broken: false,
    });
    expect(classifyFailure("nonsense")).toMatchObject({ status: 502, neverSent: false, broken: false });
  });

  test("is tried again only when nothing can happen twice", () => {
    const refused = classifyFailure(failing("ECONNREFUSED"));
    const broken = classifyFailure(failing("UND_ERR_SOCKET"));
    const post = { method: "POST", bodyStarted: false };
    expect(mayRetry(refused, post, 1, 5)).toBe(true);
    expect(mayRetry(refused, post, 6, 5)).toBe(false);
    expect(mayRetry(refused, { ...post, bodyStarted: true }, 1, 5)).toBe(false);
    expect(mayRetry(broken, post, 1, 5)).toBe(false);
    expect(mayRetry(broken, { method: "GET", bodyStarted: false }, 1, 5)).toBe(true);
    expect(
      mayRetry(
        classifyFailure(failing("UND_ERR_HEADERS_TIMEOUT")),
        { method: "GET", bodyStarted: false },
        1,
        5,
      ),
    ).toBe(false);
  });
});
