import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test, vi } from "vitest";

import { readBaseRules } from "../../../../services/lib/dockerfile/allowed-bases.ts";
import { type Identity, simpleIdentity } from "../../../../services/nasiko-backend/src/identity.ts";
import type { Platform } from "../../../../services/nasiko-backend/src/platform.ts";
import { createServer } from "../../../../services/nasiko-backend/src/server.ts";
import { agentFiles, zipOf } from "../../../integration/services/support/zip.ts";

const BOUNDARY = "boundary-of-this-test";
const form = (archive: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n` +
        "Content-Type: application/zip\r\n\r\n",
    ),
    archive,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);

/** What a refused upload leaves in the audit trail, with the status of the answer. */
async function refusalOf(archive: Buffer): Promise<readonly unknown[]> {
  const noteRefusal = vi.fn<Identity["noteRefusal"]>(() => Promise.resolve());
  // As much of the platform as an upload asks that is refused.
  const platform = {
    identity: { ...simpleIdentity("service"), noteRefusal },
    store: {
      withWorkFolder: async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
        const folder = await mkdtemp(join(tmpdir(), "nasiko-upload-"));
        try {
          return await work(folder);
        } finally {
          await rm(folder, { recursive: true });
        }
      },
    },
    bases: readBaseRules(undefined, []),
    quota: { agents: 0, versions: 1, bytes: 0 },
    discover: () => Promise.resolve(),
    db: () => ({ collection: () => ({ findOne: () => null, find: () => EMPTY }) }),
    log: () => undefined,
  } as unknown as Platform;
  const app = createServer(platform, []);
  const answer = await app.inject({
    method: "POST",
    url: "/api/v1/agents/upload",
    headers: { authorization: "Bearer x", "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    payload: form(archive),
  });
  await app.close();
  return [answer.statusCode, ...noteRefusal.mock.calls.map(([user, refused]) => [user.subject_id, refused])];
}
const EMPTY: unknown = { sort: () => EMPTY, limit: () => EMPTY, toArray: () => Promise.resolve([]) };
const noted = (status: number, reason: unknown): readonly unknown[] => [
  status,
  ["default-user", { action: "upload.refused", target: "upload", status, reason }],
];

test("an archive that is none", async () => {
  expect(await refusalOf(Buffer.from("no zip"))).toEqual(noted(400, expect.stringMatching(/archive/)));
});

test("an archive that reaches out of its folder", async () => {
  const archive = zipOf([...agentFiles("one"), { name: "../evil", content: "x" }]);
  expect(await refusalOf(archive)).toEqual(noted(400, expect.stringMatching(/evil/)));
});

test("a Dockerfile that would have the engine fetch something, with its line", async () => {
  const archive = zipOf([
    { name: "Dockerfile", content: "FROM node:24\nADD http://127.0.0.1:5001/v2/_catalog /x\n" },
    ...agentFiles("one").filter(({ name }) => name !== "Dockerfile"),
  ]);
  expect(await refusalOf(archive)).toEqual(noted(422, expect.stringMatching(/^Dockerfile:2: /)));
});

test("one agent more than a user may have", async () => {
  expect(await refusalOf(zipOf(agentFiles("one")))).toEqual(noted(403, expect.stringMatching(/as many as/)));
});

test("what the worker refuses leaves its first line in the audit trail, in its uploader's name", async () => {
  const noteRefusal = vi.fn<Identity["noteRefusal"]>(() => Promise.resolve());
  const upload = {
    agent_name: "weather",
    owner_id: "me",
    upload_id: "u",
    created_at: new Date(),
    updated_at: new Date(),
  };
  const platform = {
    identity: { ...simpleIdentity("service"), noteRefusal },
    db: () => ({ collection: () => ({ findOneAndUpdate: () => upload, find: () => EMPTY }) }),
    log: () => undefined,
  } as unknown as Platform;
  const app = createServer(platform, []);
  const tell = (status: string, error?: string): Promise<{ readonly statusCode: number }> =>
    app.inject({
      method: "PUT",
      url: "/api/v1/upload-status/agent/weather/latest",
      headers: { authorization: "Bearer service" },
      payload: { upload_id: "u", status, ...(error === undefined ? {} : { error }) },
    });
  expect((await tell("building")).statusCode).toBe(200);
  expect(noteRefusal).not.toHaveBeenCalled();
  const answer = await tell("failed", "Dockerfile:2: ADD takes nothing from the network\nKEY=of-the-agent");
  expect(answer.statusCode).toBe(200);
  await app.close();
  const reason = "Dockerfile:2: ADD takes nothing from the network";
  expect(noteRefusal.mock.calls).toEqual([
    [{ subject_id: "me" }, { action: "upload.failed", target: "weather", status: 422, reason }],
  ]);
});
