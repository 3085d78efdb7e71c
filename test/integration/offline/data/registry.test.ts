import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentRegistry } from "../../../../platform/services/agent-registry.ts";
import { BUILD_TIME, builtOffline, inside, offlineImage, prepared } from "../images/containers.ts";
import { type Running, secretOf, Stack } from "./service-container.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const LAYER = "not much of a layer";
const CONFIG = JSON.stringify({
  architecture: "amd64",
  os: "linux",
  rootfs: { type: "layers", diff_ids: [] },
});
const described = (mediaType: string, text: string): Readonly<Record<string, unknown>> => ({
  mediaType,
  digest: digestOf(text),
  size: text.length,
});
const IMAGE = JSON.stringify({
  schemaVersion: 2,
  mediaType: MANIFEST,
  config: described("application/vnd.oci.image.config.v1+json", CONFIG),
  layers: [described("application/vnd.oci.image.layer.v1.tar", LAYER)],
});

describe("the offline registry of images", () => {
  const stack = new Stack();
  let running: Running;
  let url: string;
  const start = async (): Promise<void> => {
    running = await stack.start(agentRegistry);
    url = `http://${await running.address()}:5000`;
  };
  beforeAll(async () => {
    await prepared("base-debian");
    await builtOffline("registry");
    await start();
  }, BUILD_TIME);
  afterAll(() => stack.clean());

  const authorization = `Basic ${Buffer.from(`nasiko-worker:${secretOf("agent-registry-password")}`).toString("base64")}`;
  /** As the worker, or the engine in its name. */
  const ask = (path: string | URL, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(path, url), {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), authorization },
    });

  const put = async (text: string): Promise<void> => {
    const { headers } = await ask("/v2/agents/a/blobs/uploads/", { method: "POST" });
    const target = new URL(headers.get("location") ?? "", url);
    target.searchParams.set("digest", digestOf(text));
    const answer = await ask(target, {
      method: "PUT",
      headers: { "Content-Type": "application/octet-stream" },
      body: text,
    });
    expect(answer.status).toBe(201);
  };
  const manifest = (reference: string, init: RequestInit = {}): Promise<Response> =>
    ask(`/v2/agents/a/manifests/${reference}`, {
      ...init,
      headers: { Accept: MANIFEST, "Content-Type": MANIFEST },
    });

  test("is of the version that image.json says", async () => {
    const { output } = await inside(running.container, "registry --version");
    expect(output).toContain(` ${offlineImage("registry").version}`);
  });

  test("keeps an image when the container is replaced, and gives it up when asked", async () => {
    await put(LAYER);
    await put(CONFIG);
    expect((await manifest("v1", { method: "PUT", body: IMAGE })).status).toBe(201);
    await running.replace();
    await start();
    expect(await (await manifest("v1")).text()).toBe(IMAGE);
    expect(await (await ask(`/v2/agents/a/blobs/${digestOf(LAYER)}`)).text()).toBe(LAYER);
    expect((await manifest(digestOf(IMAGE), { method: "DELETE" })).status).toBe(202);
    expect((await manifest("v1")).status).toBe(404);
  });

  test("refuses what is not what its digest says", async () => {
    const { headers } = await ask("/v2/agents/a/blobs/uploads/", { method: "POST" });
    const target = new URL(headers.get("location") ?? "", url);
    target.searchParams.set("digest", digestOf("something else"));
    expect((await ask(target, { method: "PUT", body: LAYER })).status).toBe(400);
  });

  test("opens to nobody else, neither to read nor to write, and still says that it is alive", async () => {
    const status = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
      (await fetch(`${url}${path}`, { method, headers })).status;
    const wrong = { authorization: `Basic ${Buffer.from("nasiko-worker:wrong").toString("base64")}` };
    for (const [method, path] of [
      ["GET", "/v2/"],
      ["GET", "/v2/_catalog"],
      ["POST", "/v2/agents/a/blobs/uploads/"],
      ["PUT", "/v2/agents/a/manifests/v1"],
      ["DELETE", "/v2/agents/a/manifests/v1"],
    ] as const) {
      expect(await status(method, path), `${method} ${path}`).toBe(401);
      expect(await status(method, path, wrong), `${method} ${path}`).toBe(401);
    }
    expect(await status("GET", "/")).toBe(200);
  });
});
