import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { createDockerClient } from "../../../../../engine/providers/docker/client.ts";
import { createDockerProvider } from "../../../../../engine/providers/docker/docker-provider.ts";
import { importBusybox, sweep } from "./busybox.ts";
import { harness, type Harness } from "./harness.ts";

const STACK = `providers-images-${process.pid}`;
const client = createDockerClient();
let base = "";
let root = "";
let engine: Harness;
let provider: ReturnType<typeof createDockerProvider>;
const made: string[] = [];

const tag = (name: string): string => {
  const reference = `nasiko-test/${name}:${process.pid}`;
  made.push(reference);
  return reference;
};
/** What builds may read here: a text, and what is none. */
const SECRETS = new Map([
  ["token", Buffer.from("not-to-be-kept")],
  ["bytes", Buffer.from([0, 255, 10])],
]);
const image = (imageName: string, build: PropertyMap = {}): PropertyMap => ({
  imageName,
  skipPush: true,
  build: { context: "./ctx", builderVersion: "BuilderV1", ...build },
});

async function plant(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** What a command prints in a fresh container of an image. */
async function output(reference: string, ...command: readonly string[]): Promise<readonly string[]> {
  const job = await engine.create("container", "job", {
    image: reference,
    command: [...command],
    attach: true,
    mustRun: false,
    labels: [{ label: "nasiko.stack", value: STACK }],
  });
  const lines = await client.logs(job.id);
  await engine.delete(job);
  return lines;
}

beforeAll(async () => {
  base = await importBusybox(client);
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "nasiko-images-"));
  provider = createDockerProvider({ root, client, plan: { secrets: () => SECRETS } });
  engine = harness(provider);
  return async () => {
    await rm(root, { recursive: true, force: true });
  };
});
afterAll(() => sweep(client, STACK, [...made, base]));

describe("an image", () => {
  test("holds what is not ignored, the same whatever the times and modes of the files", async () => {
    await plant({
      "ctx/Dockerfile": `FROM ${base}\nARG COLOUR=red\nCOPY . /app\nRUN echo $COLOUR > /colour\n`,
      "ctx/src/main.txt": "main",
      "ctx/run.sh": "#!/bin/sh\necho ran\n",
      "ctx/node_modules/huge/x": "x",
      "ctx/.dockerignore": "node_modules\n",
    });
    await chmod(join(root, "ctx/run.sh"), 0o755);
    const built = await engine.create("image", "x", image(tag("built"), { args: { COLOUR: "blue" } }));
    expect(built.id).toBe(tag("built"));
    expect(built.step.reports.filter((report) => report.startsWith("Step "))).toHaveLength(4);
    expect(built.outputs).toMatchObject({
      baseImageName: tag("built"),
      imageName: tag("built"),
      dockerfile: "Dockerfile",
      context: "./ctx",
      repoDigest: (await client.image(tag("built")))?.Id,
    });
    expect(
      await output(
        tag("built"),
        "sh",
        "-c",
        "cat /colour; ls -A /app; /app/run.sh; stat -c %a /app/src/main.txt",
      ),
    ).toEqual(["blue", ".dockerignore", "Dockerfile", "run.sh", "src", "ran", "644"]);
    // The builder's cache recognises the same content, so it is the same image.
    await chmod(join(root, "ctx/src/main.txt"), 0o600);
    const again = await engine.create("image", "x", image(tag("again"), { args: { COLOUR: "blue" } }));
    expect(again.outputs["repoDigest"]).toBe(built.outputs["repoDigest"]);
  });

  test("whose tag exists is not built, and its record is complete all the same", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nCOPY . /app\n`, "ctx/a": "1" });
    const first = await engine.create("image", "x", image(tag("skip")));
    await plant({ "ctx/a": "2" });
    const second = await engine.create("image", "x", image(tag("skip")));
    expect(second.step.reports).toEqual([]);
    expect(second.outputs["repoDigest"]).toBe(first.outputs["repoDigest"]);
  });

  test("is built again when its content changes under the same tag", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nCOPY . /app\n`, "ctx/a": "1" });
    const first = await engine.create("image", "x", image(tag("same")));
    expect((await engine.diff(first, image(tag("same")))).changed).toEqual([]);
    await plant({ "ctx/a": "2" });
    expect(await engine.diff(first, image(tag("same")))).toMatchObject({ changed: ["build"], replaces: [] });
    await engine.update(first, image(tag("same")));
    expect(await output(tag("same"), "cat", "/app/a")).toEqual(["2"]);
  });

  test("takes a Dockerfile from outside its context, and leaves no trace of it", async () => {
    await plant({ "gen/x.Dockerfile": `FROM ${base}\nCOPY . /app\n`, "ctx/a": "1" });
    const built = await engine.create(
      "image",
      "x",
      image(tag("outside"), { dockerfile: "gen/x.Dockerfile" }),
    );
    expect(built.outputs["dockerfile"]).toBe("../gen/x.Dockerfile");
    expect(await output(tag("outside"), "ls", "-A", "/app")).toEqual(["a"]);
  });

  test("is built by BuildKit where its Dockerfile needs that, from a base that no registry has", async () => {
    await plant({
      "ctx/Dockerfile": `FROM ${base} AS kept\nCOPY --chmod=750 run.sh /run.sh\nRUN --mount=type=cache,target=/c echo made >> /c/x && cp /c/x /x\nFROM kept\nRUN exit 5\n`,
      "ctx/run.sh": "#!/bin/sh\n",
    });
    const build = { builderVersion: "BuilderBuildKit", target: "kept" };
    const built = await engine.create("image", "x", image(tag("kit"), build));
    const steps = built.step.reports.filter((report) => /\[(?:kept )?\d\/3\]/.test(report));
    expect(steps.join("\n")).toMatch(/COPY --chmod=750[^]*RUN --mount/);
    expect(built.outputs["repoDigest"]).toBe((await client.image(tag("kit")))?.Id);
    expect(await output(tag("kit"), "sh", "-c", "tail -n 1 /x; stat -c %a /run.sh")).toEqual(["made", "750"]);
  });

  test("reads secrets while it is built, and keeps none of them", async () => {
    await plant({
      "ctx/Dockerfile": [
        `FROM ${base}`,
        "RUN --mount=type=secret,id=token,required=true wc -c < /run/secrets/token > /told",
        "RUN --mount=type=secret,id=bytes,target=/b,mode=0444 wc -c < /b >> /told",
        "RUN --mount=type=secret,id=unknown ls /run/secrets | wc -l >> /told",
      ].join("\n"),
    });
    const built = await engine.create(
      "image",
      "x",
      image(tag("secrets"), { builderVersion: "BuilderBuildKit" }),
    );
    expect(await output(tag("secrets"), "cat", "/told")).toEqual(["14", "3", "0"]);
    // Older BuildKits leave the place where it stood, and nothing in it.
    const left = await output(tag("secrets"), "sh", "-c", "cat /run/secrets/* /b 2>/dev/null | wc -c");
    expect(left).toEqual(["0"]);
    const history: unknown = await client.call("read the history", (docker) =>
      docker.getImage(tag("secrets")).history(),
    );
    expect(JSON.stringify([built.inputs, built.outputs, built.step.reports, history])).not.toContain(
      "not-to-be",
    );
  });

  test("is not built without a secret that it insists on", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nRUN --mount=type=secret,id=other,required=true true\n` });
    await expect(
      engine.create("image", "x", image(tag("no-secret"), { builderVersion: "BuilderBuildKit" })),
    ).rejects.toMatchObject({
      code: "NSK-BUILD-FAILED",
      message: expect.stringContaining("other") as unknown,
    });
  });

  test("that BuildKit cannot build names the step and the last lines as well", async () => {
    await plant({
      "ctx/Dockerfile": `FROM ${base}\nRUN --mount=type=cache,target=/c echo before; echo to stderr >&2; exit 9\n`,
    });
    const build = { builderVersion: "BuilderBuildKit" };
    await expect(engine.create("image", "x", image(tag("broken-kit"), build))).rejects.toMatchObject({
      code: "NSK-BUILD-FAILED",
      message: expect.stringMatching(/\[(?:\S+ )?2\/2\] RUN .* failed: .*exit code: 9/) as unknown,
      detail: expect.stringMatching(/before[^]*to stderr/) as unknown,
    });
  });

  test("that cannot be built names the step, the last lines and the command to repeat it", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nRUN echo before; echo to stderr >&2; exit 9\n` });
    await expect(
      engine.create("image", "x", image(tag("broken"), { args: { TOKEN: "s3cret" } })),
    ).rejects.toMatchObject({
      code: "NSK-BUILD-FAILED",
      message: expect.stringMatching(/Step 2\/2 : RUN .* failed: .*non-zero code: 9/) as unknown,
      detail: expect.stringMatching(/before[^]*to stderr/) as unknown,
      action: {
        id: "repeat-build",
        command: `docker build -t ${tag("broken")} -f ctx/Dockerfile --build-arg TOKEN ./ctx`,
      },
    });
    expect(await client.image(tag("broken"))).toBeUndefined();
  });

  test("names a base that is not there", async () => {
    await plant({ "ctx/Dockerfile": "FROM nasiko-test/nowhere:1\n" });
    await expect(engine.create("image", "x", image(tag("nobase")))).rejects.toMatchObject({
      message: expect.stringContaining("nasiko-test/nowhere") as unknown,
    });
  });

  test("is missing once its tag is gone, and is not removed with its resource", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nCOPY . /gone\n` });
    const built = await engine.create("image", "x", image(tag("gone")));
    await engine.delete(built);
    expect(await provider.observe([built])).toEqual([]);
    await client.call("remove", (docker) => docker.getImage(tag("gone")).remove());
    expect(await provider.observe([built])).toEqual([
      { urn: built.urn, reason: "image is gone", finding: { kind: "missing" } },
    ]);
  });

  test("is not built when the run is to stop", async () => {
    await plant({ "ctx/Dockerfile": `FROM ${base}\nRUN sleep 60\n` });
    const controller = new AbortController();
    const building = engine.create("image", "x", image(tag("stopped")), { signal: controller.signal });
    setTimeout(() => controller.abort(), 1000);
    await expect(building).rejects.toThrow(/abort/i);
    expect(await client.image(tag("stopped"))).toBeUndefined();
  });
});
