import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { connectionTo, findEngine, isOnThisMachine } from "../../../../cli/engine-host/find-engine.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "nasiko-docker-"));
});
afterEach(() => rmSync(home, { recursive: true }));

function addContext(name: string, host: string): string {
  const id = createHash("sha256").update(name).digest("hex");
  const folder = join(home, ".docker/contexts/meta", id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "meta.json"),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
  return id;
}

const choose = (name: string): void =>
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify({ currentContext: name }));

describe("the engine is found as the docker command finds it:", () => {
  test("DOCKER_HOST before a context", () => {
    addContext("colima", "unix:///colima.sock");
    choose("colima");
    expect(findEngine({ HOME: home, DOCKER_HOST: "tcp://10.0.0.1:2375" })).toEqual({
      host: "tcp://10.0.0.1:2375",
      source: "DOCKER_HOST",
    });
  });

  test("DOCKER_CONTEXT before the chosen context", () => {
    addContext("colima", "unix:///colima.sock");
    addContext("remote", "ssh://me@machine");
    choose("colima");
    expect(findEngine({ HOME: home }).host).toBe("unix:///colima.sock");
    expect(findEngine({ HOME: home, DOCKER_CONTEXT: "remote" })).toEqual({
      host: "ssh://me@machine",
      source: "the docker context remote",
    });
  });

  test("the default socket when nothing is chosen, or the context default", () => {
    mkdirSync(join(home, ".docker"));
    choose("default");
    const found = findEngine({ HOME: home, DOCKER_CONTEXT: "" });
    expect(["the default socket", "a socket of this user"]).toContain(found.source);
  });

  test("with the certificates of the context", () => {
    const id = addContext("remote", "tcp://10.0.0.1:2376");
    const folder = join(home, ".docker/contexts/tls", id, "docker");
    mkdirSync(folder, { recursive: true });
    for (const name of ["ca", "cert", "key"]) writeFileSync(join(folder, `${name}.pem`), name);
    const endpoint = findEngine({ HOME: home, DOCKER_CONTEXT: "remote" });
    expect(connectionTo(endpoint)).toEqual({
      docker: { protocol: "https", host: "10.0.0.1", port: 2376, ca: "ca", cert: "cert", key: "key" },
    });
  });
});

test("certificates that are not there are named, and an IPv6 address is no part of a URL any more", () => {
  const environment = { HOME: home, DOCKER_HOST: "tcp://[::1]:2376", DOCKER_TLS_VERIFY: "1" };
  expect(() => connectionTo(findEngine({ ...environment, DOCKER_CERT_PATH: "/nonexistent" }))).toThrow(
    "The certificate /nonexistent/ca.pem for the engine cannot be read.",
  );
  for (const name of ["ca", "cert", "key"]) writeFileSync(join(home, `${name}.pem`), name);
  const { docker } = connectionTo(findEngine({ ...environment, DOCKER_CERT_PATH: home }));
  expect(docker).toMatchObject({ protocol: "https", host: "::1", ca: "ca" });
});

test("a context with an authority only needs no client certificate", () => {
  const id = addContext("remote", "tcp://10.0.0.1:2376");
  const folder = join(home, ".docker/contexts/tls", id, "docker");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "ca.pem"), "ca");
  expect(connectionTo(findEngine({ HOME: home, DOCKER_CONTEXT: "remote" })).docker).toEqual({
    ...{ protocol: "https", host: "10.0.0.1", port: 2376, ca: "ca" },
  });
});

test("a context that is not there is named", () => {
  expect(() => findEngine({ HOME: home, DOCKER_CONTEXT: "gone" })).toThrow(
    "There is no docker context gone.",
  );
});

test.each(["nonsense", "tcp://", "unix://relative", "http://a b"])(
  "%s is no address of an engine",
  (host) => {
    expect(() => findEngine({ HOME: home, DOCKER_HOST: host })).toThrow("names no engine");
  },
);

test.each([
  ["unix:///var/run/docker.sock", true],
  ["tcp://127.0.0.1:2375", true],
  ["tcp://10.0.0.1:2375", false],
  ["ssh://me@machine", false],
])("ports of %s are ports of this machine: %s", (host, here) => {
  expect(isOnThisMachine({ host, source: "DOCKER_HOST" })).toBe(here);
});
