import { describe, expect, test } from "vitest";
import { z } from "zod";
import { httpUrl, port, readVariables, redisUrl } from "../../../../services/lib/settings.ts";

const Variables = z.object({ URL: httpUrl, REDIS_URL: redisUrl, PORT: port.default(80) });

describe("variables of a service", () => {
  test("are read with their defaults, and URLs without slashes at their end", () => {
    expect(readVariables(Variables, { URL: "http://kong:8000//", REDIS_URL: "redis://redis:6379" })).toEqual({
      URL: "http://kong:8000",
      REDIS_URL: "redis://redis:6379",
      PORT: 80,
    });
  });

  test("that are wrong are all named, without their values", () => {
    const wrong = { URL: "kong:secret", PORT: "70000" };
    expect(() => readVariables(Variables, wrong)).toThrow(/^URL: .+; REDIS_URL: .+; PORT: /);
    expect(() => readVariables(Variables, wrong)).not.toThrow(/secret|70000/);
  });
});
