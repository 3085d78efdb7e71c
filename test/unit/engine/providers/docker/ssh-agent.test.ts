import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { createDockerClient } from "../../../../../engine/providers/docker/client.ts";
import { sshArguments } from "../../../../../engine/providers/docker/ssh-agent.ts";

let folder = "";
let server: Server;

/** An engine behind a socket, and an `ssh` that reaches it as the real one reaches the engine of another machine. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-ssh-"));
  const socket = join(folder, "docker.sock");
  server = createServer((request, response) => {
    if (request.url === "/version") response.end('{"ApiVersion":"1.45","MinAPIVersion":"1.24"}');
    else if (request.url?.includes("silent") !== true) response.end(JSON.stringify([{ Id: request.url }]));
  });
  server.on("upgrade", (_request, connection) => {
    connection.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    connection.on("data", (chunk: Buffer) => connection.write(chunk.toString().toUpperCase()));
    connection.on("end", () => connection.end());
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  program("ssh", [
    `require("fs").appendFileSync(${JSON.stringify(join(folder, "logins"))}, process.argv.slice(2).join(" ") + "\\n");`,
    `if (process.argv.includes("nowhere")) { console.error("ssh: connect to host nowhere: No route to host"); process.exit(255); }`,
    `const socket = require("net").connect(${JSON.stringify(socket)});`,
    "process.stdin.pipe(socket).pipe(process.stdout);",
  ]);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"] ?? ""}`);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

function program(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), [`#!${process.execPath}`, ...lines].join("\n"));
  chmodSync(join(folder, name), 0o755);
}

const logins = (): readonly string[] => readFileSync(join(folder, "logins"), "utf8").trim().split("\n");

describe("an engine behind ssh", () => {
  test("is asked through the user's own ssh, with one login for all questions", async () => {
    const docker = createDockerClient({ host: "ssh://me@machine:2222" });
    expect(docker.address).toBe("ssh://me@machine:2222");
    expect(await docker.images()).toEqual([{ Id: "/v1.45/images/json" }]);
    expect(await docker.images()).toEqual([{ Id: "/v1.45/images/json" }]);
    expect(logins()).toEqual(["-o ConnectTimeout=30 -T -l me -p 2222 -- machine docker system dial-stdio"]);
  });

  test("carries requests of the library, and connections that both sides talk on", async () => {
    const docker = createDockerClient({ host: "ssh://machine" });
    expect(await docker.call("list images", (engine) => engine.listImages())).toEqual([
      { Id: "/v1.45/images/json" },
    ]);
    const stream = await docker.call("talk", (engine) =>
      engine.getExec("x").start({ hijack: true, stdin: true }),
    );
    stream.write("hello");
    expect(
      await new Promise((resolve) => stream.once("data", (chunk: Buffer) => resolve(chunk.toString()))),
    ).toBe("HELLO");
    stream.destroy();
  });

  test("that says nothing is given up", async () => {
    const docker = createDockerClient({ host: "ssh://machine", silence: 2000 });
    await expect(docker.container("silent")).rejects.toMatchObject({
      code: "NSK-ENGINE-SILENT",
      message: expect.stringContaining("ssh://machine does not answer: asked to inspect silent") as unknown,
    });
  });

  test("that cannot be reached is an engine that does not answer, in ssh's own words", async () => {
    const docker = createDockerClient({ host: "ssh://nowhere" });
    await expect(docker.ping()).rejects.toMatchObject({
      code: "NSK-ENGINE-UNREACHABLE",
      message: "No Docker engine answers at ssh://nowhere.",
      detail: "ssh: connect to host nowhere: No route to host",
    });
  });

  test("needs an ssh command, and says so", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    const docker = createDockerClient({ host: "ssh://machine" });
    await expect(docker.ping()).rejects.toMatchObject({ detail: "there is no ssh command on this machine" });
    vi.stubEnv("PATH", `${folder}${delimiter}`);
  });
});

test("a host that looks like an option of ssh is none", () => {
  expect(sshArguments({ host: "-oProxyCommand=x", socket: "/run/d.sock" }).slice(3)).toEqual([
    ...["--", "-oProxyCommand=x", "docker", "--host", "unix:///run/d.sock", "system", "dial-stdio"],
  ]);
});
