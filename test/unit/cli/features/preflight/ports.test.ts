import { createServer, type Server } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { listeningInodes } from "../../../../../cli/features/preflight/port-owner.ts";
import { portInUse } from "../../../../../cli/features/preflight/errors.ts";
import { type ContainerPort, portConflicts } from "../../../../../cli/features/preflight/ports.ts";
import type { NasikoError } from "../../../../../platform/errors/define-error.ts";
import { service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const wanting = (...hosts: readonly number[]): ReturnType<typeof blueprintOf> =>
  blueprintOf(
    hosts.map((host, index) =>
      service(`s${index}`, { ports: [{ name: "p", internal: 80, host, setting: `NASIKO_PORT_S${index}` }] }),
    ),
  );

const portProblems = async (
  blueprint: ReturnType<typeof blueprintOf>,
  onEngine: readonly ContainerPort[],
): Promise<readonly NasikoError[]> =>
  (await portConflicts({ blueprint, onEngine })).map((conflict) => portInUse(conflict));

describe("host ports", () => {
  test("are all checked; each one that is taken names its process and a free port", async () => {
    const [first, second] = [await listen(), await listen()];
    const problems = await portProblems(wanting(first, second), []);
    expect(problems.map(({ message }) => message)).toEqual([
      `Port ${first}, wanted by s0, is taken.`,
      `Port ${second}, wanted by s1, is taken.`,
    ]);
    expect(problems[0]?.detail).toContain(`It belongs to process ${process.pid}: `);
    const proposed = Number(/=(\d+) /.exec(problems[0]?.suggestion ?? "")?.[1]);
    expect(await portProblems(wanting(proposed), [])).toEqual([]);
  });

  test("that another container has name the container and how to stop it", async () => {
    const port = await listen();
    const [problem] = await portProblems(wanting(port), [{ port, container: "web", stack: undefined }]);
    expect(problem?.detail).toBe("It belongs to the container web; to stop it: docker stop web.");
  });

  test("are each offered another free port", async () => {
    const [first, second] = [await listen(), await listen()];
    const conflicts = await portConflicts({ blueprint: wanting(first, second), onEngine: [] });
    const offered = conflicts.map(({ freePort }) => freePort);
    expect(new Set(offered).size).toBe(2);
    expect(offered).not.toContain(second);
  });

  test("of another stack name it, and the command that stops it", async () => {
    const port = await listen();
    const [problem] = await portProblems(wanting(port), [{ port, container: "kong", stack: "other" }]);
    expect(problem?.detail).toContain("./nasiko --stack other local down");
  });

  test("of an engine elsewhere are not looked for on this machine", async () => {
    const blueprint = wanting(await listen());
    expect(await portConflicts({ blueprint, onEngine: [], local: false })).toEqual([]);
  });

  test("that this stack has already are no conflict; another stack's are", async () => {
    const port = await listen();
    expect(await portProblems(wanting(port), [{ port, container: "kong", stack: "local" }])).toEqual([]);
    expect(await portProblems(wanting(port), [{ port, container: "kong", stack: "other" }])).toHaveLength(1);
  });
});

test("listening sockets are told from others in /proc/net/tcp", () => {
  const text = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    "   0: 0100007F:238C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1",
    "   1: 0100007F:238C 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1",
    "   2: 0100007F:238D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1",
  ].join("\n");
  expect(listeningInodes(text, 9100)).toEqual(["4711"]);
});
