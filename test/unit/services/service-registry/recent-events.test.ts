import fc from "fast-check";
import { expect, test } from "vitest";
import type { AgentContainer } from "../../../../services/service-registry/src/containers.ts";
import { createRecentEvents } from "../../../../services/service-registry/src/recent-events.ts";

const listed = (running: boolean): readonly AgentContainer[] => [
  { id: "c1", name: "a", agent: "x", hash: "h", port: 5000, running, status: "" },
];

test("the last event about a container is believed before the list, until it expires", () => {
  const action = fc.constantFrom(
    "start",
    "die",
    "pause",
    "unpause",
    "destroy",
    "rename",
    "health_status: healthy",
  );
  fc.assert(
    fc.property(fc.array(action), fc.boolean(), fc.boolean(), (actions, running, expires) => {
      const recent = createRecentEvents();
      const noted = actions.map((name) => recent.note(name, "c1"));
      recent.note("die", "another");
      if (expires) noted.forEach((event) => recent.expire(event));
      const telling = actions.filter((name) => !/^(?:rename|health)/.test(name)).at(-1);
      const expected = expires || telling === undefined ? running : ["start", "unpause"].includes(telling);
      expect(recent.correct(listed(running))).toEqual(listed(expected));
    }),
  );
});

test("an event that ends a process says so", () => {
  const recent = createRecentEvents();
  expect(recent.note("die", "c1").running).toBe(false);
  expect(recent.note("start", "c1").running).toBe(true);
  expect(recent.note("create", "c1").running).toBeUndefined();
});

test("an event that expires does not take a later one with it", () => {
  const recent = createRecentEvents();
  const start = recent.note("start", "c1");
  recent.note("die", "c1");
  recent.expire(start);
  expect(recent.correct(listed(true))).toEqual(listed(false));
});

test("after a gap in the events only the list counts", () => {
  const recent = createRecentEvents();
  recent.note("die", "c1");
  recent.clear();
  expect(recent.correct(listed(true))).toEqual(listed(true));
});
