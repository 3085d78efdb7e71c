import { describe, expect, test } from "vitest";

import {
  isWhole,
  type Seen,
  standingFrom,
  standsAsBefore,
} from "../../../../../cli/features/up/last-up/standing.ts";

type Container = Seen["containers"][number];

const REDIS = "redis:7.4.11-alpine";

/** A container as the engine lists it, as far as anybody looks at it. */
const container = (id: string, more: Readonly<Record<string, unknown>> = {}): Container =>
  ({
    Id: id,
    Names: [`/nasiko-local-${id}`],
    ImageID: "sha256:redis",
    Labels: {},
    State: "running",
    Status: "Up 2 hours (healthy)",
    NetworkSettings: { Networks: { "nasiko-local-app": { NetworkID: "app" } } },
    ...more,
  }) as unknown as Container;

const migration = container("migration", { State: "exited", Status: "Exited (0) 2 hours ago" });

const everything: Seen = {
  engine: '["unix:///var/run/docker.sock",{"engine":"20.10.24","api":"1.41"}]',
  containers: [container("redis"), migration],
  healthNow: new Map(),
  networks: [{ Id: "app", Name: "nasiko-local-app" }],
  volumes: [{ Name: "nasiko-local-redis-data" }],
  images: [{ Id: "sha256:redis", RepoTags: [REDIS], RepoDigests: [] }],
  agents: { translator: "0123" },
};

const before = standingFrom(everything, [REDIS]);
const now = (more: Partial<Seen>): ReturnType<typeof standingFrom> =>
  standingFrom({ ...everything, ...more }, [REDIS]);
const redis = (more: Readonly<Record<string, unknown>>): Pick<Seen, "containers"> => ({
  containers: [container("redis", more), migration],
});

describe("a stack stands as before", () => {
  test("when the same is seen, in any order and at any time", () => {
    expect(isWhole(before)).toBe(true);
    expect(standsAsBefore(before, now({}))).toBe(true);
    expect(
      standsAsBefore(
        before,
        now({ containers: [migration, container("redis", { Status: "Up 3 hours (healthy)" })] }),
      ),
    ).toBe(true);
    expect(standsAsBefore(before, now(redis({ RestartCount: 1, Created: 1 })))).toBe(true);
  });

  test("when Docker does not know a health yet that its check confirms", () => {
    const { containers } = redis({ Status: "Up 1 second (health: starting)" });
    expect(standsAsBefore(before, now({ containers, healthNow: new Map([["redis", "healthy"]]) }))).toBe(
      true,
    );
    expect(standsAsBefore(before, now({ containers, healthNow: new Map([["redis", "starting"]]) }))).toBe(
      false,
    );
  });

  test("whatever the worker has made", () => {
    const uploaded = container("uploaded", { Labels: { "nasiko.managed-by": "worker" } });
    expect(standsAsBefore(before, now({ containers: [...everything.containers, uploaded] }))).toBe(true);
  });

  test("after it was written to a file", () => {
    expect(standsAsBefore(JSON.parse(JSON.stringify(before)) as typeof before, now({}))).toBe(true);
  });
});

test.each<readonly [string, Partial<Seen>]>([
  ["a container is gone", { containers: [migration] }],
  ["a container stopped", redis({ State: "exited", Status: "Exited (137) 2 seconds ago" })],
  ["a container ended by itself", redis({ State: "exited", Status: "Exited (0) 2 seconds ago" })],
  ["a container was paused", redis({ State: "paused", Status: "Up 2 hours (Paused)" })],
  ["a container restarts", redis({ State: "restarting", Status: "Restarting (1) 2 seconds ago" })],
  ["a container is unhealthy", redis({ Status: "Up 2 hours (unhealthy)" })],
  ["a container has no health check any more", redis({ Status: "Up 2 hours" })],
  ["a container has another id", redis({ Id: "other" })],
  ["a container has another image", redis({ ImageID: "sha256:other" })],
  ["a container has another name", redis({ Names: ["/renamed"] })],
  ["a container left a network", redis({ NetworkSettings: { Networks: {} } })],
  [
    "a container is in a network made anew under the same name",
    redis({ NetworkSettings: { Networks: { "nasiko-local-app": { NetworkID: "other" } } } }),
  ],
  ["there is one container more", { containers: [...everything.containers, container("more")] }],
  [
    "a job failed",
    { containers: [container("redis"), { ...migration, Status: "Exited (1) 2 seconds ago" }] },
  ],
  ["a network is gone", { networks: [] }],
  ["a network was made anew", { networks: [{ Id: "other", Name: "nasiko-local-app" }] }],
  ["a volume is gone", { volumes: [] }],
  ["an image is gone", { images: [] }],
  ["a tag is of another image", { images: [{ Id: "sha256:other", RepoTags: [REDIS], RepoDigests: [] }] }],
  ["an agent is not served", { agents: { translator: null } }],
  ["an agent is gone", { agents: {} }],
  ["another build of an agent is served", { agents: { translator: "4567" } }],
  ["the registry does not answer", { agents: null }],
  ["the engine has another version", { engine: everything.engine.replace("20.10.24", "29.0.0") }],
  ["it is another engine", { engine: everything.engine.replace("/var/run", "/run/user/1000") }],
])("a stack does not stand as before when %s", (_, seen) => {
  expect(standsAsBefore(before, now(seen))).toBe(false);
});

test.each<readonly [string, Partial<Seen>]>([
  ["stopped", redis({ State: "exited", Status: "Exited (137) 2 seconds ago" })],
  ["unhealthy", redis({ Status: "Up 2 hours (unhealthy)" })],
  ["of an image that is gone", { images: [] }],
  ["an agent that is not served", { agents: { translator: null } }],
  ["with a registry that does not answer", { agents: null }],
])("what is %s is not whole, and is not kept as what an up leaves", (_, seen) => {
  expect(isWhole(now(seen))).toBe(false);
});

test("an image that was pulled by digest is found by its digest", () => {
  const reference = `redis:7.4.11-alpine@sha256:${"a".repeat(64)}`;
  const images = [{ Id: "sha256:redis", RepoTags: [], RepoDigests: [`redis@sha256:${"a".repeat(64)}`] }];
  expect(standingFrom({ ...everything, images }, [reference]).images).toEqual({
    [reference]: "sha256:redis",
  });
});
