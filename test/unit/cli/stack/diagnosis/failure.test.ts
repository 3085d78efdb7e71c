import type { ContainerInspectInfo } from "dockerode";
import { expect, test } from "vitest";

import { reportFailure } from "../../../../../cli/stack/diagnosis/failure.ts";
import type { RunResult } from "../../../../../engine/core/engine.ts";
import type { DockerClient } from "../../../../../engine/providers/docker/client.ts";
import { job, service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const NAME = "nasiko-local-migrations";

/** As much of an engine as the report asks: one job that ended with exit code 3. */
const docker = {
  containers: () => Promise.resolve([{ Id: "1" }]),
  container: () =>
    Promise.resolve({
      Id: "1",
      Name: `/${NAME}`,
      RestartCount: 0,
      Config: {},
      HostConfig: {},
      State: { Status: "exited", Running: false, ExitCode: 3, OOMKilled: false, Error: "" },
    } as ContainerInspectInfo),
  logs: () => Promise.resolve(["connecting …", "password refused"]),
} as unknown as DockerClient;

const blueprint = blueprintOf([
  job("migrations"),
  service("gateway", { dependsOn: { migrations: "completed" } }),
  service("registry", { dependsOn: { gateway: "healthy" } }),
]);

const run = (diagnostics: RunResult["diagnostics"], outcome: RunResult["outcome"] = "failed"): RunResult => ({
  outcome,
  steps: [],
  outputs: {},
  diagnostics,
});

const jobFailed = {
  severity: "error",
  message: "The job migrations ended with exit code 3.",
  problem: {
    code: "NSK-JOB-FAILED",
    message: "The job migrations ended with exit code 3.",
    detail: `Its container is ${NAME}.`,
    suggestion: `docker logs ${NAME}`,
    exitCode: 20,
    subject: NAME,
  },
} as const;

const diskFull = {
  severity: "error",
  message: "no space left on device",
} as const;

test("a failed up names the root cause first: state, log, what waits for it; each once", async () => {
  const { exitCode, text } = await reportFailure({ blueprint, run: run([jobFailed]), docker });
  expect(exitCode).toBe(20);
  expect(text).toBe(
    [
      "✗ migrations ended with exit code 3",
      "  last lines:",
      "    | connecting …",
      "    | password refused",
      "  waiting for it: gateway, registry",
      `  → docker logs ${NAME}`,
    ].join("\n"),
  );
});

test("what concerns no container is reported as well", async () => {
  const { text, json } = await reportFailure({ blueprint, run: run([jobFailed, diskFull]), docker });
  expect(text).toContain("NSK-PROGRAM-FAILED: no space left on device");
  expect(json).toMatchObject({
    ok: false,
    outcome: "failed",
    failures: [{ service: "migrations", container: NAME, exitCode: 3, blocks: ["gateway", "registry"] }],
  });
});

test("a canceled up has no root cause and exits as an interrupted command does", async () => {
  const { exitCode, text } = await reportFailure({ blueprint, run: run([], "canceled"), docker });
  expect(exitCode).toBe(130);
  expect(text).toBe("Stopped; what was done is saved.");
});

test("a message that happens to contain a member's name does not make it the root cause", async () => {
  const message = "the image of container gateway, made for job migrations, was refused";
  const { json } = await reportFailure({
    blueprint,
    run: run([
      jobFailed,
      { severity: "error", message, urn: "urn:pulumi:local::nasiko::docker:index/network:Network::app" },
    ]),
    docker,
  });
  expect(json["failures"]).toMatchObject([{ service: "migrations" }]);
});

test("the root cause is found by the URN of what failed, whatever the message is", async () => {
  const urn = "urn:pulumi:local::nasiko::nasiko:platform:Service$docker:index/container:Container::gateway";
  const { json } = await reportFailure({
    blueprint,
    run: run([{ severity: "error", message: "no such thing", urn }]),
    docker,
  });
  const services = (json["failures"] as readonly { readonly service: string }[]).map(
    ({ service }) => service,
  );
  expect(services).toEqual(["migrations", "gateway"]);
});
