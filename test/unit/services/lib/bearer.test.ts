import { describe, expect, test } from "vitest";
import { bearerOf } from "../../../../services/lib/bearer.ts";
import { Problem } from "../../../../services/lib/problem.ts";

const read = (header: string | undefined): string => bearerOf(header, (problem) => new Problem(401, problem));

describe("the token of an Authorization header", () => {
  test.each(["Bearer abc", "bearer   abc", "  BEARER abc  "])("is read from %j", (header) => {
    expect(read(header)).toBe("abc");
  });

  test("is asked for when there is no header", () => {
    expect(() => read(undefined)).toThrow(new Problem(401, "Not authenticated"));
  });

  test.each(["", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc"])("is required of %j", (header) => {
    expect(() => read(header)).toThrow(new Problem(401, "Token required"));
  });
});
