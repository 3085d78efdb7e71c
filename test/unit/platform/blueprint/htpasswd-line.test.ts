import { compareSync } from "bcryptjs";
import { expect, test } from "vitest";

import { htpasswdLine } from "../../../../platform/blueprint/htpasswd-line.ts";

const PASSWORD = "0123456789abcdef".repeat(4);

test("a line names the user, and knows the password and no other", () => {
  const [user, hash = "", ...more] = htpasswdLine("nasiko-worker", PASSWORD).split(":");
  expect([user, more]).toEqual(["nasiko-worker", []]);
  expect(compareSync(PASSWORD, hash)).toBe(true);
  expect(compareSync(`${PASSWORD.slice(0, -1)}x`, hash)).toBe(false);
});

test("is the same on every run, and another one for another user or password", () => {
  const line = htpasswdLine("a", PASSWORD);
  expect(htpasswdLine("a", PASSWORD)).toBe(line);
  expect(htpasswdLine("a", PASSWORD.replaceAll("0", "1"))).not.toBe(line);
  expect(htpasswdLine("b", PASSWORD).slice(1)).not.toBe(line.slice(1));
});
