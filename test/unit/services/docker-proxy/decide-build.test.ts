import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideBuild } from "../../../../services/docker-proxy/src/build/decide.ts";
import { BODY, IMAGE, NAME, POLICY } from "./bodies.ts";

const decide = (method: string, target: string, body = ""): ReturnType<typeof decideBuild> =>
  decideBuild(method, target, body, POLICY);
const PUSHED = "127.0.0.1:5001/nasiko/agent-weather";

describe("the worker may", () => {
  test("build an agent's image, in a network of its own and within limits", () => {
    const decision = decide("POST", `/v1.41/build?t=${IMAGE}&rm=0`);
    expect(decision.kind).toBe("build");
    const { pathname, searchParams } = new URL(decision.kind === "build" ? decision.path : "", "http://x");
    expect(pathname).toBe("/v1.41/build");
    expect(Object.fromEntries(searchParams)).toEqual({
      t: IMAGE,
      rm: "1",
      forcerm: "1",
      networkmode: "default",
      memory: "1610612736",
      memswap: "1610612736",
      cpushares: "512",
    });
  });

  test("build one whose tag has 128 bits of its content's hash", () => {
    expect(decide("POST", `/build?t=${IMAGE}0123456789abcdef`).kind).toBe("build");
  });

  test("create what the body check allows", () => {
    expect(decide("POST", `/containers/create?name=${NAME}`, JSON.stringify(BODY))).toMatchObject({
      kind: "create",
      path: `/containers/create?name=${NAME}`,
    });
    expect(decide("POST", "/containers/create?name=redis", JSON.stringify(BODY)).kind).toBe("deny");
  });

  test.each([
    ["POST", "/containers/abc/start", "/containers/FULL/start"],
    ["POST", "/v1.44/containers/abc/stop?t=15", "/v1.44/containers/FULL/stop?t=15"],
    ["DELETE", "/containers/abc?v=1&force=1", "/containers/FULL?v=1&force=1"],
    ["GET", "/containers/abc/json", "/containers/FULL/json"],
    ["GET", "/containers/abc/logs?stdout=1&tail=20", "/containers/FULL/logs?stdout=1&tail=20"],
  ])("%s %s, after a look at whose container it is", (method, target, path) => {
    const decision = decide(method, target);
    expect(decision).toMatchObject({ kind: "container", method, id: "abc" });
    if (decision.kind !== "container") return;
    expect(decision.lookup).toMatch(/^(?:\/v1\.44)?\/containers\/abc\/json$/);
    expect(decision.path("FULL")).toBe(path);
  });

  test.each([
    ["GET", `/images/${IMAGE}/json`],
    ["DELETE", `/images/${IMAGE}`],
    ["POST", `/images/${IMAGE}/tag?repo=${PUSHED}&tag=fedcba9876543210`],
    ["POST", `/images/${PUSHED}/push?tag=fedcba9876543210`],
  ])("%s %s", (method, target) => {
    expect(decide(method, target)).toMatchObject({ kind: "image", method });
  });

  test("list the stack's agents, and no other container", () => {
    const decision = decide("GET", "/containers/json?all=1");
    const query = new URL(decision.kind === "read" ? decision.path : "", "http://x").searchParams;
    expect(JSON.parse(query.get("filters") ?? "")).toEqual({
      label: ["nasiko.stack=local", "nasiko.kind=agent"],
    });
  });
});

describe("everything else is denied", () => {
  test.each([
    ["POST", "/build"],
    ["POST", "/build?t=nasiko/kong:fedcba9876543210"],
    ["POST", "/build?t=nasiko/agent-weather:latest"],
    ["POST", "/build?t=nasiko/agent-weather:fedcba9876543210fedcba98"],
    ["POST", `/build?t=${IMAGE}&t=${IMAGE}`],
    ["POST", `/build?t=${IMAGE}&networkmode=host`],
    ["POST", `/build?t=${IMAGE}&extrahosts=kong:1.2.3.4`],
    ["POST", `/build?t=${IMAGE}&remote=http://example.org/x.tar`],
    ["POST", `/build?t=${IMAGE}&cachefrom=["x"]`],
    ["POST", `/build?t=${IMAGE}&buildargs={}`],
    ["POST", `/build?t=${IMAGE}&dockerfile=../Dockerfile`],
    ["POST", `/build?t=${IMAGE}&outputs=[]`],
    ["POST", `/build?t=${IMAGE}&version=2`],
    ["POST", `/build?t=${IMAGE}&labels={"nasiko.stack":"x"}`],
    ["POST", `/build?t=${IMAGE}&cgroupparent=/`],
    ["GET", `/build?t=${IMAGE}`],
    ["POST", "/build/prune"],
    ["POST", "/session"],
    ["POST", "/containers/create"],
    ["POST", `/v1.24/containers/create?name=${NAME}`],
    ["POST", `/containers/create?name=${NAME}&platform=x`],
    ["POST", "/containers/abc/exec"],
    ["POST", "/exec/abc/start"],
    ["POST", "/containers/abc/kill"],
    ["POST", "/containers/abc/update"],
    ["POST", "/containers/abc/rename?name=x"],
    ["POST", "/containers/abc/attach"],
    ["POST", "/containers/abc/restart"],
    ["POST", "/containers/prune"],
    ["GET", "/containers/abc/archive?path=/"],
    ["PUT", "/containers/abc/archive?path=/"],
    ["GET", "/containers/abc/export"],
    ["GET", "/containers/abc/top"],
    ["GET", "/containers/abc/logs?follow=1"],
    ["GET", "/containers/../info/json"],
    ["DELETE", "/containers/abc?link=1"],
    ["DELETE", `/images/${IMAGE}?force=1`],
    ["DELETE", "/images/nasiko/kong:fedcba9876543210"],
    ["DELETE", "/images/d5265c812945"],
    ["POST", `/images/${IMAGE}`],
    ["GET", "/images/json"],
    ["GET", "/images/nasiko/kong:fedcba9876543210/json"],
    ["GET", "/images/search?term=x"],
    ["POST", "/images/create?fromImage=x"],
    ["POST", "/images/load"],
    ["POST", `/images/${IMAGE}/tag?repo=nasiko/kong&tag=fedcba9876543210`],
    ["POST", `/images/${IMAGE}/tag?repo=127.0.0.1:5001/nasiko/agent-other&tag=fedcba9876543210`],
    ["POST", `/images/${IMAGE}/tag?repo=${PUSHED}&tag=latest`],
    ["POST", `/images/nasiko/agent-weather/push?tag=fedcba9876543210`],
    ["POST", `/images/example.org/nasiko/agent-weather/push?tag=fedcba9876543210`],
    ["POST", `/images/${PUSHED}/push`],
    ["POST", "/networks/create"],
    ["POST", "/networks/nasiko-local-data/connect"],
    ["POST", "/volumes/create"],
    ["GET", "/events"],
    ["GET", "/info"],
    ["GET", "/secrets"],
    ["POST", "/commit?container=abc"],
    ["POST", "/plugins/pull"],
    ["POST", "/swarm/init"],
    ["GET", "//containers/abc/json"],
    ["GET", "/containers/abc%2fjson"],
    ["GET", "http://docker/containers/abc/json"],
  ])("%s %s", (method, target) => {
    expect(decide(method, target).kind).toBe("deny");
  });

  test("nothing is pushed where no registry is set", () => {
    const policy = { ...POLICY, ...{ pushRegistry: undefined, telemetryMount: undefined } };
    const target = `/images/${PUSHED}/push?tag=fedcba9876543210`;
    expect(decideBuild("POST", target, "", policy).kind).toBe("deny");
  });
});

test("for any request, what is allowed says the same to every parser", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...["/", "//", "..", "%2f", "\\", "?", "&", "#", "v1.41", "/build", "?t=", IMAGE, "/containers/"],
      ...["create", "abc", "/start", "/stop", "/json", "/logs", "/images/", "/tag", "/push", PUSHED, "\r\n"],
      ...["?name=", NAME, "?tag=fedcba9876543210", "&remote=x", "/exec", "/_ping", "/version", "?all=1"],
    ),
    fc.string({ maxLength: 4 }),
  );
  const target = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(""));
  const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "HEAD");
  fc.assert(
    fc.property(method, target, (verb, text) => {
      const decision = decide(verb, text, JSON.stringify(BODY));
      if (decision.kind === "deny") return;
      const path = decision.kind === "container" ? decision.path("f".repeat(64)) : decision.path;
      expect(path).toMatch(/^(?:\/v\d+\.\d+)?\/(?:_ping|version|build|containers|images)[\w/:?&=.%+-]*$/);
      expect(path).not.toMatch(/\.\.|remote|exec/);
      expect(new URL(path, "http://docker").pathname).toBe(path.split("?", 1)[0]);
    }),
    { numRuns: 3000 },
  );
});
