import { execa } from "execa";
import { describe, expect, test } from "vitest";

const FOLDER = new URL("../../../agents/wordcount/", import.meta.url).pathname;
const go = await execa("go", ["version"], { reject: false });

// Its image is built with the toolchain that comes in the base image; these need one on this machine.
describe.skipIf(go.exitCode !== 0)("the agent in Go", () => {
  test("passes its own tests: its requests are parts of their traces, and wait for no collector", async () => {
    const { exitCode, all } = await execa("go", ["test", "-timeout", "120s", "./..."], {
      cwd: FOLDER,
      env: { GOFLAGS: "-mod=readonly" },
      all: true,
      reject: false,
    });
    expect(exitCode, all).toBe(0);
  }, 300_000);

  test("is formatted, and passes the checks of Go", async () => {
    expect((await execa("gofmt", ["-l", FOLDER])).stdout).toBe("");
    await execa("go", ["vet", "./..."], { cwd: FOLDER });
  }, 300_000);
});
