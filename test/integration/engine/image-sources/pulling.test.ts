import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { digestOf, registryAnswers } from "../../../../cli/engine-host/images/ask-registry.ts";
import { lockImages } from "../../../../cli/features/images/lock-images.ts";
import { pullImages } from "../../../../cli/engine-host/images/pull-images.ts";
import { removeImages } from "../../../../cli/engine-host/images/remove-images.ts";
import { createDockerClient } from "../../../../engine/providers/docker/client.ts";
import type { Clock } from "../../../../engine/providers/docker/clock.ts";
import { pullImage } from "../../../../engine/providers/docker/pull-image.ts";
import {
  registryAuthFrom,
  type FindRegistryAuth,
} from "../../../../engine/providers/docker/registry-auth.ts";
import { freePort, startRegistry, type LocalRegistry } from "./local-registry.ts";
import { startFront, type Mood, type MoodyFront } from "./moody-front.ts";
import { publishTinyImage, removeIfThere } from "./tiny-images.ts";

const docker = createDockerClient({ host: process.env["DOCKER_HOST"] });
const LOGIN = { user: "reader", password: "open:sesame" };
const anonymous: FindRegistryAuth = () => Promise.resolve(undefined);

const TOO_MANY: Mood = { status: 429, code: "TOOMANYREQUESTS", message: "You have reached your limit." };
const UNWELL: Mood = { status: 503, code: "UNAVAILABLE", message: "down for maintenance" };

let open: LocalRegistry;
let closed: LocalRegistry;
let front: MoodyFront;
let image: string;
let secured: string;

beforeAll(async () => {
  [open, closed] = await Promise.all([startRegistry(), startRegistry({ login: LOGIN })]);
  front = await startFront(open.address);
  await publishTinyImage(docker, `${open.address}/acme/tiny:1`);
  image = `${front.address}/acme/tiny:1`;
  secured = `${closed.address}/acme/tiny:1`;
  await publishTinyImage(docker, secured, {
    username: LOGIN.user,
    password: LOGIN.password,
    serveraddress: closed.address,
  });
});

afterEach(async () => {
  for (const reference of [image, secured]) await removeIfThere(docker, reference);
});

afterAll(async () => {
  await Promise.all([open.stop(), closed.stop(), front.stop()]);
});

interface Pull {
  readonly failure: unknown;
  /** Pauses before further tries, in milliseconds. */
  readonly pauses: readonly number[];
  readonly lines: readonly string[];
}

/** Pulls with a clock that waits for nothing. */
async function pull(reference: string, auth: FindRegistryAuth = anonymous): Promise<Pull> {
  const pauses: number[] = [];
  const lines: string[] = [];
  const clock: Clock = {
    now: () => 0,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      front.calmDown();
      return Promise.resolve();
    },
  };
  const { signal } = new AbortController();
  const report = (line: string): void => void lines.push(line);
  const failure = await pullImage(reference, { client: docker, clock, auth, signal, report }).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { failure, pauses, lines };
}

describe("pulling an image", () => {
  test("brings it to the engine, and says so", async () => {
    front.expect();
    const { failure, pauses, lines } = await pull(image);
    expect([failure, pauses]).toEqual([undefined, []]);
    expect(lines[0]).toBe("pulling");
    expect(await docker.image(image)).toBeDefined();
  });

  test("takes a tag with a digest by its digest, and finds it by that name", async () => {
    const digest = await digestOf(docker, image, anonymous);
    const pinned = `${image}@${digest}`;
    expect((await pull(pinned)).failure).toBeUndefined();
    expect((await docker.image(pinned))?.RepoDigests).toContain(`${front.address}/acme/tiny@${digest}`);
    await removeIfThere(docker, `${front.address}/acme/tiny@${digest}`);
  });

  test.each<readonly [string, Mood]>([
    ["a rate limit", TOO_MANY],
    ["a registry that is unwell", UNWELL],
    ["a connection that breaks", "break"],
  ])("tries again after %s, with growing pauses", async (_, mood) => {
    front.expect(mood, mood);
    const { failure, pauses, lines } = await pull(image);
    expect([failure, pauses]).toEqual([undefined, [1000, 2000]]);
    expect(lines.filter((line) => line.startsWith("trying again in "))).toHaveLength(2);
    expect(await docker.image(image)).toBeDefined();
  });

  test.each<readonly [string, Mood, object]>([
    ["a rate limit", TOO_MANY, { code: "NSK-REGISTRY-RATE-LIMIT", action: { id: "log-in", why: "limit" } }],
    [
      "a registry that stays unwell",
      UNWELL,
      { code: "NSK-REGISTRY-UNREACHABLE", action: { id: "do-without-registry" } },
    ],
  ])("gives up on %s in the end", async (_, mood, error) => {
    front.expect(...Array.from({ length: 20 }, () => mood));
    const { failure, pauses } = await pull(image);
    expect(failure).toMatchObject(error);
    expect(pauses).toEqual([1000, 2000, 4000, 8000]);
    front.expect();
  });

  test("asks once for a tag that does not exist, and says which", async () => {
    front.expect();
    const { failure, pauses } = await pull(`${front.address}/acme/tiny:2`);
    expect(failure).toMatchObject({
      code: "NSK-IMAGE-NOT-FOUND",
      message: expect.stringContaining("acme/tiny:2") as string,
    });
    expect(pauses).toEqual([]);
  });

  test("says when no registry listens", async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    expect((await pull(`${nobody}/acme/tiny:1`)).failure).toMatchObject({
      code: "NSK-REGISTRY-UNREACHABLE",
      message: expect.stringContaining(nobody) as string,
      detail: expect.stringContaining("connection refused") as string,
    });
  });
});

describe("a registry with a login", () => {
  const folder = mkdtempSync(join(tmpdir(), "nasiko-docker-config-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  const configure = (config: object): FindRegistryAuth => {
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    return registryAuthFrom(folder);
  };
  const auths = (password: string): object => ({
    auths: { [closed.address]: { auth: btoa(`${LOGIN.user}:${password}`) } },
  });
  /** Answers `get` as Docker's credential helpers do. */
  const helper = (name: string, script: string): void => {
    const program = join(folder, `docker-credential-${name}`);
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
  };

  test("asks for it, once and without a retry", async () => {
    const { failure, pauses } = await pull(secured);
    expect(failure).toMatchObject({
      code: "NSK-REGISTRY-LOGIN",
      action: { id: "log-in", registry: closed.address, why: "needed" },
    });
    expect(pauses).toEqual([]);
  });

  test("takes the login of Docker's config file", async () => {
    expect((await pull(secured, configure(auths(LOGIN.password)))).failure).toBeUndefined();
  });

  test("refuses a wrong one", async () => {
    const { failure, pauses } = await pull(secured, configure(auths("guess")));
    expect(failure).toMatchObject({ code: "NSK-REGISTRY-LOGIN" });
    expect(pauses).toEqual([]);
  });

  test("takes the login of a credential helper, before the file's", async () => {
    helper(
      "right",
      `read server; printf '{"ServerURL":"%s","Username":"${LOGIN.user}","Secret":"${LOGIN.password}"}' "$server"`,
    );
    const config = { ...auths("guess"), credHelpers: { [closed.address]: "right" } };
    expect((await pull(secured, configure(config))).failure).toBeUndefined();
  });

  test("is anonymous for a helper that knows no login", async () => {
    helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    expect((await pull(secured, configure({ credsStore: "empty" }))).failure).toMatchObject({
      code: "NSK-REGISTRY-LOGIN",
    });
  });

  test("says when a helper is missing or fails", async () => {
    expect((await pull(secured, configure({ credsStore: "nowhere" }))).failure).toMatchObject({
      code: "NSK-CREDENTIALS-UNREADABLE",
      message: expect.stringContaining("docker-credential-nowhere") as string,
    });
    helper("broken", "echo 'the keychain is locked'; exit 1");
    expect((await pull(secured, configure({ credsStore: "broken" }))).failure).toMatchObject({
      code: "NSK-CREDENTIALS-UNREADABLE",
      detail: "the keychain is locked",
    });
  });
});

describe("several images at once", () => {
  const request = (references: readonly string[]): Parameters<typeof pullImages>[0] => ({
    docker,
    references,
    auth: anonymous,
    report: () => undefined,
    signal: new AbortController().signal,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
  });

  test("pulls what is missing only", async () => {
    front.expect();
    expect(await pullImages(request([image]))).toEqual([image]);
    expect(await pullImages(request([image]))).toEqual([]);
  });

  test("tells every missing image, and what a registry says about itself once", async () => {
    front.expect();
    const nobody = `127.0.0.1:${await freePort()}`;
    const missing = [`${front.address}/acme/a:1`, `${front.address}/acme/b:1`];
    const unreachable = [`${nobody}/acme/a:1`, `${nobody}/acme/b:1`];
    await expect(pullImages(request([...missing, ...unreachable, image]))).rejects.toMatchObject({
      problems: expect.toSatisfy((problems: readonly { readonly code: string }[]) => {
        const codes = problems.map(({ code }) => code).toSorted();
        return codes.join() === "NSK-IMAGE-NOT-FOUND,NSK-IMAGE-NOT-FOUND,NSK-REGISTRY-UNREACHABLE";
      }) as unknown,
    });
    expect(await docker.image(image)).toBeDefined();
  });
});

describe("asking a registry", () => {
  test("tells one that answers, whatever it says, from one that does not", async () => {
    front.expect();
    expect(await registryAnswers(docker, image, 5000)).toBe(true);
    expect(await registryAnswers(docker, `${front.address}/acme/none:1`, 5000)).toBe(true);
    expect(await registryAnswers(docker, secured, 5000)).toBe(true);
    expect(await registryAnswers(docker, `127.0.0.1:${await freePort()}/acme/tiny:1`, 5000)).toBe(false);
  });

  test("locks digests from a mirror, and fails for an image that it lacks", async () => {
    const lock = (images: Parameters<typeof lockImages>[0]["images"]): ReturnType<typeof lockImages> =>
      lockImages({ docker, auth: anonymous, images, mirror: open.address });
    const [locked] = await lock([{ name: "acme/tiny", tag: "1" }]);
    expect(locked).toEqual({
      name: "acme/tiny",
      tag: "1",
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
    });
    await expect(lock([{ name: "acme/tiny", tag: "2" }])).rejects.toMatchObject({
      code: "NSK-IMAGE-NOT-FOUND",
    });
  });

  test("keeps what is known where nobody tells, when that is asked for", async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    const images = [{ name: "acme/tiny", tag: "1", digest: `sha256:${"0".repeat(64)}` }];
    const request = { docker, auth: anonymous, images, mirror: nobody };
    await expect(lockImages(request)).rejects.toMatchObject({ code: "NSK-REGISTRY-UNREACHABLE" });
    expect(await lockImages({ ...request, unverified: true })).toEqual(images);
  });
});

test("removes tags, and takes one that is gone already for removed", async () => {
  front.expect();
  await pull(image);
  const unused = [{ reference: image, size: 1 }];
  expect(await removeImages(docker, unused)).toEqual(unused);
  expect(await docker.image(image)).toBeUndefined();
  expect(await removeImages(docker, unused)).toEqual(unused);
});
