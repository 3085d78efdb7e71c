import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lines } from "../../../../services/lib/lines.ts";
import { reduceContainers, reduceEvent } from "../../../../services/docker-proxy/src/reduce.ts";

const CONTAINER = {
  Id: "c1",
  Names: ["/nasiko-local-agent-x"],
  Image: "private/image",
  Command: "serve --token hunter2",
  Created: 1700000000,
  State: "running",
  Status: "Up 2 minutes",
  Ports: [{ PrivatePort: 5000 }],
  Labels: { "nasiko.agent": "x", "com.example.path": "/home/someone" },
  HostConfig: { NetworkMode: "default" },
  NetworkSettings: { Networks: { "nasiko-network": { IPAddress: "172.18.0.5" } } },
  Mounts: [{ Source: "/etc" }],
};

describe("the list of containers", () => {
  test("keeps what a registry needs and nothing else", () => {
    expect(JSON.parse(reduceContainers(JSON.stringify([CONTAINER])))).toEqual([
      {
        Id: "c1",
        Names: ["/nasiko-local-agent-x"],
        Created: 1700000000,
        State: "running",
        Status: "Up 2 minutes",
        Labels: { "nasiko.agent": "x" },
        NetworkSettings: { Networks: { "nasiko-network": {} } },
      },
    ]);
  });

  test("is refused when it is not a list of objects", () => {
    expect(() => reduceContainers('{"message":"x"}')).toThrow(SyntaxError);
    expect(() => reduceContainers("[1]")).toThrow(SyntaxError);
    expect(() => reduceContainers("not json")).toThrow(SyntaxError);
  });
});

describe("an event", () => {
  const event = (over: object): string =>
    JSON.stringify({
      status: "die",
      id: "c1",
      from: "private/image",
      Type: "container",
      Action: "die",
      Actor: {
        ID: "c1",
        Attributes: {
          exitCode: "1",
          image: "private/image",
          name: "a",
          "nasiko.agent": "x",
          maintainer: "y",
        },
      },
      time: 1,
      timeNano: 2,
      ...over,
    });

  test("keeps what happened to which container of ours", () => {
    expect(JSON.parse(reduceEvent(event({})) ?? "")).toEqual({
      Type: "container",
      Action: "die",
      status: "die",
      id: "c1",
      Actor: { ID: "c1", Attributes: { exitCode: "1", name: "a", "nasiko.agent": "x" } },
      time: 1,
      timeNano: 2,
    });
  });

  test("that tells somebody's command line is dropped, as is one about anything but a container", () => {
    expect(reduceEvent(event({ Action: "exec_create: sh -c 'login hunter2'" }))).toBeUndefined();
    expect(reduceEvent(event({ Action: "exec_die" }))).toBeUndefined();
    expect(reduceEvent(event({ Type: "network" }))).toBeUndefined();
    expect(reduceEvent("[]")).toBeUndefined();
  });
});

describe("a stream of bytes", () => {
  const collect = async (chunks: readonly Uint8Array[]): Promise<readonly string[]> => {
    const result: string[] = [];
    for await (const line of lines(chunksOf(chunks))) result.push(line);
    return result;
  };
  // eslint-disable-next-line @typescript-eslint/require-await -- an async iterable is what a socket gives
  async function* chunksOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }

  test("gives the same lines wherever it is cut, in the middle of a letter too", async () => {
    const word = fc.string({ unit: fc.constantFrom("a", "é", "漢", "{", '"'), minLength: 1, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(fc.array(word), fc.array(fc.nat(40)), async (words, cuts) => {
        const bytes = new TextEncoder().encode(words.map((text) => `${text}\n`).join(""));
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(await collect(chunks)).toEqual(words);
      }),
    );
  });

  test("without a line end is refused before it fills the memory", async () => {
    const chunk = new Uint8Array(512 * 1024).fill(97);
    await expect(collect([chunk, chunk, chunk])).rejects.toThrow(RangeError);
  });
});
