import { randomUUID } from "node:crypto";

import { expect } from "vitest";

import { echoAgent } from "../../e2e/support/upload.ts";
import { zipOf, type ZipItem } from "../../integration/services/support/zip.ts";
import { BOTH } from "./attack.ts";
import type { World } from "./world.ts";

export interface Uploaded {
  readonly status: number;
  readonly text: string;
  /** Undefined when it was refused. */
  readonly id: string | undefined;
}

/** Sends files to the platform, as an ordinary user does where there are users. */
export async function upload(world: World, items: readonly ZipItem[]): Promise<Uploaded> {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), zipOf(items), Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const told = await world.ask({
    ...{ path: "/api/v1/agents/upload", method: "POST", body, token: await tokenOf(world) },
    headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
  });
  // The upload's own contract.
  const answer = JSON.parse(told.text) as { readonly data?: { readonly upload_id?: string } };
  return { status: told.status, text: told.text, id: answer.data?.upload_id };
}

const tokenOf = async (world: World): Promise<string> =>
  world.mode === "simple" ? world.superUser() : (await world.user("uploader")).token;

/** Follows an upload to its end. */
export async function ended(world: World, { id, text }: Uploaded): Promise<string> {
  expect(id, text).toBeDefined();
  const token = await tokenOf(world);
  let last = "";
  await expect
    .poll(
      async () => {
        const told = await world.ask({ path: `/api/v1/upload-status/${id ?? ""}`, token });
        last = told.text;
        return (JSON.parse(told.text) as { readonly data?: { readonly stage?: string } }).data?.stage;
      },
      { timeout: 240_000, interval: 500 },
    )
    .toMatch(/^(?:active|failed)$/);
  return last;
}

export const HONEST = "honest-upload";
export const SLOW = "slow-rules";
/** Agents whose images stay on the engine when the stack goes. */
export const UPLOADED_AGENTS: readonly string[] = BOTH.flatMap((mode) => [
  `${HONEST}-${mode}`,
  `${SLOW}-${mode}`,
]);

const honest = new WeakMap<World, Promise<Uploaded>>();

/** Proves that uploads are taken, built and run; once for all that are refused. */
export function takesUploads(world: World): Promise<Uploaded> {
  const known = honest.get(world) ?? uploadHonest(world);
  honest.set(world, known);
  return known;
}

async function uploadHonest(world: World): Promise<Uploaded> {
  const uploaded = await upload(world, echoAgent(`${HONEST}-${world.mode}`, "honest"));
  expect(uploaded.status, uploaded.text).toBe(201);
  expect(await ended(world, uploaded)).toContain('"stage":"active"');
  return uploaded;
}
