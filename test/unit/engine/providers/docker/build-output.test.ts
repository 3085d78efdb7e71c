import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { createBuildOutput, eachMessage } from "../../../../../engine/providers/docker/image/build-output.ts";
import { buildOptions, imageOutputs } from "../../../../../engine/providers/docker/image/image.ts";
import { buildFailed } from "../../../../../engine/providers/docker/errors.ts";

const inputs = {
  imageName: "nasiko/x:1",
  skipPush: true,
  buildOnPreview: false,
  build: {
    context: "./ctx",
    dockerfile: ".nasiko/x.Dockerfile",
    platform: "linux/amd64",
    args: { A: "1" },
    contextDigest: "00",
  },
};

describe("what the builder says", () => {
  const messages = [
    { stream: "Step 1/2 : FROM base\n" },
    { stream: " ---> 0123\n" },
    { stream: "Step 2/2 : RUN make\n" },
    ...Array.from({ length: 30 }, (_, index) => ({ stream: `line ${index}\n` })),
    { errorDetail: { code: 2 }, error: "The command '/bin/sh -c make' returned a non-zero code: 2" },
  ];

  test("yields the steps as progress, and the last lines and the cause when it fails", () => {
    const output = createBuildOutput();
    const progress = messages.flatMap((message) => output.accept(message));
    expect(progress).toEqual(["Step 1/2 : FROM base", "Step 2/2 : RUN make"]);
    expect(output.step()).toBe("Step 2/2 : RUN make");
    expect(output.error()).toBe("The command '/bin/sh -c make' returned a non-zero code: 2");
    expect(output.log()).toHaveLength(20);
    expect(output.log().at(-1)).toBe("line 29");
  });

  test("is joined to lines where a command's output came in pieces and in colour", () => {
    const output = createBuildOutput();
    const pieces = [
      "Step 2/2 : RUN cat /x",
      "\n",
      "one\ntw",
      "o\n",
      "\x1b[91mcat: \x1b[0m",
      "\x1b[91m/x\x1b[0m",
    ];
    const progress = [
      ...pieces.flatMap((stream) => output.accept({ stream })),
      ...output.accept({ stream: "\x1b[91m: No such file\n\x1b[0m" }),
    ];
    expect(progress).toEqual(["Step 2/2 : RUN cat /x"]);
    expect(output.log()).toEqual(["Step 2/2 : RUN cat /x", "one", "two", "cat: /x: No such file"]);
    output.accept({ stream: "cut off" });
    expect(output.log().at(-1)).toBe("cut off");
  });

  test("is read line by line, however it is cut, also within a letter", async () => {
    const bytes = Buffer.from(messages.map((message) => JSON.stringify({ ...message, n: "ä" })).join("\n"));
    for (const size of [1, 7, 100_000]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      const seen: unknown[] = [];
      await eachMessage(Readable.from(parts), (message) => seen.push(message));
      expect(seen).toEqual(messages.map((message) => ({ ...message, n: "ä" })));
    }
  });

  test("is not an error as long as no message says so", () => {
    const output = createBuildOutput();
    output.accept({ aux: { ID: "sha256:0" } });
    output.accept({ status: "Pulling from library/x" });
    output.accept(null);
    expect(output.error()).toBeUndefined();
    expect(output.step()).toBeUndefined();
  });
});

test("a failed build names the step, shows the log, and how to repeat it", () => {
  const error = buildFailed({
    image: "x",
    step: "Step 2/2 : RUN make",
    message: "code 2",
    log: ["a", "b"],
    command: "docker build x",
  });
  expect(error).toMatchObject({
    code: "NSK-BUILD-FAILED",
    message: "The image x could not be built: Step 2/2 : RUN make failed: code 2",
    detail: "a\nb",
    action: { id: "repeat-build", command: "docker build x" },
  });
});

test("the builder is asked for the classic builder, without leaving containers behind", () => {
  expect(buildOptions(inputs)).toEqual({
    t: "nasiko/x:1",
    version: "1",
    rm: true,
    forcerm: true,
    platform: "linux/amd64",
    buildargs: { A: "1" },
  });
});

test("the outputs carry the inputs, secret, as the official provider compares with them", () => {
  expect(imageOutputs(inputs, "sha256:1")).toEqual({
    __inputs: {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: inputs,
    },
    baseImageName: "nasiko/x:1",
    context: "./ctx",
    dockerfile: "../.nasiko/x.Dockerfile",
    imageName: "nasiko/x:1",
    platform: "linux/amd64",
    registryServer: "",
    repoDigest: "sha256:1",
  });
});
