import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readContainers } from "../../../../services/service-registry/src/containers.ts";

const labels = (over: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
  "nasiko.stack": "local",
  "nasiko.kind": "agent",
  "nasiko.agent": "x",
  "nasiko.hash": "v1:abc",
  ...over,
});
const listed = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  Id: "c1",
  Names: ["/nasiko-local-agent-x-abc"],
  Created: 100,
  State: "running",
  Status: "Up 2 seconds",
  Labels: labels(),
  ...over,
});

describe("Docker's list", () => {
  test("gives the agents of the stack", () => {
    expect(readContainers([listed()], "local")).toEqual({
      agents: [
        {
          id: "c1",
          name: "nasiko-local-agent-x-abc",
          agent: "x",
          hash: "v1:abc",
          port: 5000,
          running: true,
          status: "Up 2 seconds",
        },
      ],
      unusable: [],
    });
  });

  test("says where else an agent may answer, and which card to show for it", () => {
    const told = listed({
      Labels: labels({
        "nasiko.port": "8000",
        "nasiko.other-ports": "5000,x,99",
        "nasiko.card": '{"name":"X"}',
      }),
    });
    expect(readContainers([told], "local").agents).toMatchObject([
      { port: 8000, otherPorts: [5000, 99], card: { name: "X" } },
    ]);
    const [plain] = readContainers([listed({ Labels: labels({ "nasiko.card": "{}" }) })], "local").agents;
    expect(plain).not.toHaveProperty("card");
  });

  test.each([
    ["another stack", labels({ "nasiko.stack": "other" })],
    ["a service", labels({ "nasiko.kind": "service" })],
    ["no labels", {}],
    ["labels that are none", null],
  ])("leaves out %s", (_what, given) => {
    expect(readContainers([listed({ Labels: given })], "local")).toEqual({ agents: [], unusable: [] });
  });

  test.each([
    ["nasiko.agent", "Not A Name"],
    ["nasiko.agent", "../x"],
    ["nasiko.hash", "a,b"],
    ["nasiko.hash", "a/b"],
    ["nasiko.port", "0"],
    ["nasiko.port", "70000"],
    ["nasiko.port", "5000@elsewhere"],
  ])("names a container whose %s is %j, and does not use it", (name, value) => {
    const { agents, unusable } = readContainers([listed({ Labels: labels({ [name]: value }) })], "local");
    expect(agents).toEqual([]);
    expect(unusable).toEqual([
      { name: "nasiko-local-agent-x-abc", reason: expect.stringContaining(name) as string },
    ]);
  });

  test("takes the port from the label, and knows that only a running container runs", () => {
    const { agents } = readContainers(
      [listed({ Labels: labels({ "nasiko.port": "8000" }), State: "restarting" })],
      "local",
    );
    expect(agents[0]).toMatchObject({ port: 8000, running: false });
  });

  test("is newest first, and within one second as Docker ordered it", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 8 }), (times) => {
        const list = times.map((Created, index) => listed({ Id: `c${index}`, Created }));
        const ids = readContainers(list, "local").agents.map(({ id }) => Number(id.slice(1)));
        const expected = [...times.keys()].sort((a, b) => (times[b] ?? 0) - (times[a] ?? 0) || a - b);
        expect(ids).toEqual(expected);
      }),
    );
  });

  test("is refused when it is none", () => {
    expect(() => readContainers({ message: "x" }, "local")).toThrow(TypeError);
  });
});
