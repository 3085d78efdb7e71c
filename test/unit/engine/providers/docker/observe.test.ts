import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import { containerFinding } from "../../../../../engine/providers/docker/observe.ts";
import { localReference } from "../../../../../engine/formats/image-reference.ts";
import { isOrphanOf } from "../../../../../engine/providers/docker/ownership.ts";

const service: PropertyMap = { name: "c", image: "x", mustRun: true, start: true };
const job: PropertyMap = { ...service, attach: true, mustRun: false };
const recorded = (inputs: PropertyMap): Parameters<typeof containerFinding>[0] => ({
  id: "1",
  inputs,
  outputs: { ...inputs, hostname: "h" },
});
const seen = (State: string, Status = ""): { State: string; Status: string } => ({ State, Status });

describe("a service that is observed", () => {
  test.each([
    ["exited", "Exited (137) 5 minutes ago", "container exited with code 137"],
    ["created", "Created", "container is created"],
    ["paused", "Up 5 minutes (Paused)", "container is paused"],
  ])("%s: is to be started again", (state, status, reason) => {
    expect(containerFinding(recorded(service), seen(state, status))).toEqual({
      reason,
      finding: { kind: "changed", outputs: { ...service, hostname: "h", mustRun: false } },
    });
  });

  test.each(["running", "restarting"])("%s: is no finding", (state) => {
    expect(containerFinding(recorded(service), seen(state, "Up 5 minutes (unhealthy)"))).toBeUndefined();
  });

  test.each(["dead", "removing"])("%s: has to be recreated", (state) => {
    expect(containerFinding(recorded(service), seen(state))?.finding.kind).toBe("broken");
  });

  test("gone: is missing", () => {
    expect(containerFinding(recorded(service), undefined)?.finding.kind).toBe("missing");
  });

  test.each([{ mustRun: false }, { start: false }])("that may be stopped (%j) is no finding", (choice) => {
    expect(
      containerFinding(recorded({ ...service, ...choice }), seen("exited", "Exited (0) now")),
    ).toBeUndefined();
  });
});

describe("a job that is observed", () => {
  test("is well when it ended with 0, or runs", () => {
    expect(containerFinding(recorded(job), seen("exited", "Exited (0) 2 days ago"))).toBeUndefined();
    expect(containerFinding(recorded(job), seen("running", "Up 1 second"))).toBeUndefined();
  });

  test("has to run again when it failed or never ran", () => {
    expect(containerFinding(recorded(job), seen("exited", "Exited (1) 2 days ago"))).toEqual({
      reason: "job exited with code 1",
      finding: { kind: "broken" },
    });
    expect(containerFinding(recorded(job), seen("created", "Created"))?.reason).toBe("job never ran");
  });
});

test.each([
  ["redis", "redis:latest"],
  ["docker.io/library/redis:7", "redis:7"],
  ["localhost:5000/a/b", "localhost:5000/a/b:latest"],
  ["nasiko/kong:0123", "nasiko/kong:0123"],
])("%s is listed as %s", (reference, listed) => expect(localReference(reference)).toBe(listed));

describe("an object that has our name", () => {
  const wanted = { "acme.stack": "local", "acme.service": "web", "acme.hash": "v1:1" };
  const ownership = { stack: "acme.stack", identity: ["acme.stack", "acme.service", "acme.agent"] };
  test("is an orphan of ours when it is of the same stack and service", () => {
    expect(isOrphanOf(ownership, wanted, { ...wanted, "acme.hash": "v1:2" })).toBe(true);
  });
  test("is foreign otherwise", () => {
    expect(isOrphanOf(ownership, wanted, {})).toBe(false);
    expect(isOrphanOf(ownership, wanted, { ...wanted, "acme.stack": "other" })).toBe(false);
    expect(isOrphanOf(ownership, {}, {})).toBe(false);
  });
  test("is foreign wherever no label is known to say whose an object is", () => {
    expect(isOrphanOf({}, wanted, wanted)).toBe(false);
  });
});
