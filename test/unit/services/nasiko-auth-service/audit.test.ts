import { expect, test, vi } from "vitest";

import type { Platform } from "../../../../services/nasiko-auth-service/src/platform.ts";
import { createServer } from "../../../../services/nasiko-auth-service/src/server.ts";

const SERVICE = "token-of-the-services";
const REFUSAL = {
  actor: "u1",
  action: "upload.refused",
  target: "upload",
  detail: { status: "422", reason: "Dockerfile:2: ADD of an address" },
};

function serverWith(noteRefusal: Platform["noteRefusal"]): ReturnType<typeof createServer> {
  // As much of the platform as this route asks.
  const platform = {
    noteRefusal,
    settings: { serviceToken: SERVICE },
    tokens: { read: () => Promise.resolve(undefined) },
  } as unknown as Platform;
  return createServer(platform, []);
}
const post = async (
  noteRefusal: Platform["noteRefusal"],
  token: string,
  payload: unknown,
): Promise<number> => {
  const app = serverWith(noteRefusal);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await app.inject({
    ...{ method: "POST", url: "/auth/audit/refusals", headers },
    payload: JSON.stringify(payload),
  });
  await app.close();
  return answer.statusCode;
};

test("a service of the platform adds what it refused", async () => {
  const noted = vi.fn();
  expect(await post(noted, SERVICE, REFUSAL)).toBe(204);
  expect(noted.mock.calls).toEqual([[REFUSAL]]);
});

test("nobody else writes into the audit trail", async () => {
  const noted = vi.fn();
  expect(await post(noted, "somebody's", REFUSAL)).toBe(401);
  // That much is noted: that somebody tried.
  await vi.waitFor(() => expect(noted).toHaveBeenCalledOnce());
  expect(noted.mock.calls[0]).toMatchObject([{ actor: "unknown", action: "refused" }]);
});

test.each([
  ["a change that nobody made", { ...REFUSAL, action: "user.revoke" }],
  ["a very long reason", { ...REFUSAL, detail: { reason: "x".repeat(501) } }],
  ["something that is no text", { ...REFUSAL, detail: { reason: { $gt: "" } } }],
  ["nobody", { ...REFUSAL, actor: "" }],
])("%s is no entry", async (_, entry) => {
  const noted = vi.fn();
  expect(await post(noted, SERVICE, entry)).toBe(400);
  expect(noted).not.toHaveBeenCalled();
});
