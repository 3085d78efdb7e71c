import { describe, expect, test } from "vitest";
import { startLiveConfig } from "../../../../../offline/stand-ins/kong/src/live-config.ts";
import { pluginKinds } from "../../../../../offline/stand-ins/kong/src/plugins/kinds.ts";
import type { Entities } from "../../../../../offline/stand-ins/kong/src/entities/entities.ts";
import { readinessAnswer } from "../../../../../offline/stand-ins/kong/src/status/server.ts";
import type { Store } from "../../../../../offline/stand-ins/kong/src/store/store.ts";
import { exampleRoute, stored } from "./examples.ts";

describe("the configuration in use", () => {
  /** A database that the test changes, loses, and lets answer when it likes. */
  function fakeStore(): {
    readonly store: Store;
    readonly world: {
      revision: number;
      lost: boolean;
      loads: number;
      entities: Entities;
      gate: Promise<void>;
    };
  } {
    const world = {
      revision: 0,
      lost: false,
      loads: 0,
      entities: stored({}),
      gate: Promise.resolve(),
    };
    const orLost = <T>(value: T): T => {
      if (world.lost) throw new Error("connection refused");
      return value;
    };
    const unused = (): never => {
      throw new Error("not used here");
    };
    const store: Store = {
      read: unused,
      write: unused,
      load: async () => {
        world.loads += 1;
        const state = orLost({ revision: String(world.revision), entities: world.entities });
        await world.gate;
        return state;
      },
      revision: async () => Promise.resolve(orLost(String(world.revision))),
    };
    return { store, world };
  }
  const kinds = pluginKinds(() => 0);
  const start = (store: Store): ReturnType<typeof startLiveConfig> =>
    startLiveConfig(
      store,
      kinds,
      () => undefined,
      () => undefined,
    );
  const withRoute = (path: string): Entities => stored({ routes: [exampleRoute({ paths: [path] })] });

  test("includes a change as soon as refresh returns, also when a load was already under way", async () => {
    const { store, world } = fakeStore();
    const live = await start(store);
    let open = (): void => undefined;
    world.gate = new Promise((resolve) => (open = resolve));
    const early = live.refresh();
    world.entities = withRoute("/new");
    world.revision = 1;
    const late = [live.refresh(), live.refresh()];
    open();
    await Promise.all([early, ...late]);
    expect(live.entities().routes).toHaveLength(1);
    expect(world.loads).toBe(3);
  });

  test("stays as it was while the database is away, and catches up when it is back", async () => {
    const { store, world } = fakeStore();
    world.entities = withRoute("/old");
    const live = await start(store);
    world.lost = true;
    await live.poll();
    expect(live.databaseReachable()).toBe(false);
    expect(live.entities().routes).toHaveLength(1);
    await expect(live.refresh()).rejects.toThrow("connection refused");
    world.lost = false;
    world.revision = 1;
    world.entities = { ...world.entities, routes: [] };
    await live.poll();
    expect(live.databaseReachable()).toBe(true);
    expect(live.entities().routes).toHaveLength(0);
  });

  test("is not read again when nothing changed", async () => {
    const { store, world } = fakeStore();
    const live = await start(store);
    await live.poll();
    expect(world.loads).toBe(1);
  });
});

test("readiness begins with the first configuration, needs the database, and ends with the signal", () => {
  expect(readinessAnswer("starting", true).status).toBe(503);
  expect(readinessAnswer("ready", true)).toEqual({ status: 200, message: "ready" });
  expect(readinessAnswer("ready", false).status).toBe(503);
  expect(readinessAnswer("draining", true).status).toBe(503);
});
