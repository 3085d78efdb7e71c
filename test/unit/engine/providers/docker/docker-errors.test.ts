import { describe, expect, test } from "vitest";
import { EngineError } from "../../../../../engine/errors/define-error.ts";
import { connectionAddress, connectionOptions } from "../../../../../engine/providers/docker/connection.ts";
import {
  dockerError,
  engineMessage,
  statusCodeOf,
} from "../../../../../engine/providers/docker/docker-error.ts";
import { DOCKER_ERRORS, objectInUse } from "../../../../../engine/providers/docker/errors.ts";
import { linesOf, unframe } from "../../../../../engine/providers/docker/stream-frames.ts";
import { createDockerClient } from "../../../../../engine/providers/docker/client.ts";

const address = "unix:///var/run/docker.sock";

describe("what the engine refuses", () => {
  const refused = Object.assign(new Error("(HTTP code 409) conflict - long"), {
    statusCode: 409,
    json: { message: "Conflict.\n The name is   taken." },
  });

  test("becomes one line, and keeps its status", () => {
    const error = dockerError("create kong", address, refused);
    expect(error.message).toBe("Docker could not create kong: Conflict. The name is taken.");
    expect(error).toBeInstanceOf(EngineError);
    expect(statusCodeOf(error)).toBe(409);
    expect(engineMessage(error)).toBe("Conflict. The name is taken.");
  });

  test("is not wrapped twice; an abort stays an abort", () => {
    const error = dockerError("create kong", address, refused);
    expect(dockerError("start kong", address, error)).toBe(error);
    const abort = new DOMException("stop", "AbortError");
    expect(dockerError("start kong", address, abort)).toBe(abort);
  });
});

describe("an engine that does not answer", () => {
  test.each(["ENOENT", "ECONNREFUSED", "EACCES"])("%s: says where, and how to start it", (code) => {
    const error = dockerError("answer", address, Object.assign(new Error(`connect ${code}`), { code }));
    expect(error).toMatchObject({
      code: "NSK-ENGINE-UNREACHABLE",
      message: `No Docker engine answers at ${address}.`,
    });
    expect(error instanceof EngineError && error.action.id).toBe(
      code === "EACCES" ? "allow-docker-access" : "start-docker",
    );
  });

  test("is found out by the client", async () => {
    const client = createDockerClient({ host: "unix:///nonexistent/docker.sock" });
    await expect(client.ping()).rejects.toMatchObject({
      code: "NSK-ENGINE-UNREACHABLE",
      message: "No Docker engine answers at unix:///nonexistent/docker.sock.",
    });
  });
});

test.each([
  [Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" })],
  [Object.assign(new Error("wrong version number"), { code: "EPROTO" })],
  [
    Object.assign(new Error("(HTTP code 400) Client sent an HTTP request to an HTTPS server."), {
      statusCode: 400,
    }),
  ],
])("%s is a matter of TLS", (thrown) => {
  expect(dockerError("list containers", "tcp://host:2376", thrown)).toMatchObject({ code: "NSK-ENGINE-TLS" });
});

test("every error of the provider has a code of its own", () => {
  expect(new Set(DOCKER_ERRORS.map(({ code }) => code)).size).toBe(DOCKER_ERRORS.length);
});

test.each([
  [undefined, "unix:///var/run/docker.sock"],
  ["unix:///run/user/1/d.sock", "unix:///run/user/1/d.sock"],
  ["tcp://127.0.0.1:2375", "http://127.0.0.1:2375"],
  ["tcp://10.0.0.1:2376", "https://10.0.0.1:2376"],
  ["tcp://[::1]:2375", "http://[::1]:2375"],
  ["ssh://me@host", "ssh://me@host"],
])("the host %s is reached at %s", (host, expected) => {
  expect(connectionAddress(connectionOptions({ host }))).toBe(expected);
});

describe("output of a container", () => {
  const frame = (stream: number, text: string): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };

  test("is joined from its frames, also when the last is cut", () => {
    const data = Buffer.concat([frame(1, "a\n"), frame(2, "ä\n"), frame(1, "cut off")]);
    expect(linesOf(unframe(data).toString())).toEqual(["a", "ä", "cut off"]);
    expect(linesOf(unframe(data.subarray(0, -4)).toString())).toEqual(["a", "ä", "cut"]);
  });

  test("has no empty line at its end", () => {
    expect(linesOf("a\r\n\nb\n")).toEqual(["a", "", "b"]);
    expect(linesOf("")).toEqual([]);
  });
});

test.each(["network", "volume"] as const)("a %s that nothing visible holds: still a way out", (kind) => {
  const error = objectInUse({ kind, name: "x", holders: [] });
  expect(error.message).toBe(
    `The ${kind} x cannot be removed: Docker counts a container on it that is gone.`,
  );
  expect(error.action).toEqual({ id: "restart-docker" });
});
