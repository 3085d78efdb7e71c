import { expect } from "vitest";

import { doorsOf, openFrom } from "../../e2e/support/reach.ts";
import { BOTH, defineAttacks } from "../support/attack.ts";
import { withCard } from "../support/become.ts";
import { MALLORY } from "../support/mallory.ts";
import { SEND_NONSENSE } from "../support/nonsense.ts";
import type { World } from "../support/world.ts";

interface Sent {
  readonly kinds: number;
  readonly shut: readonly string[];
}

/** Containers with Node, which together stand on every network of the stack. */
const VANTAGES = ["nasiko-backend", "nasiko-worker"];

/** Sends every kind of nonsense to these doors, from inside a container. @returns how many kinds there are */
async function nonsense(
  world: World,
  container: string,
  doors: readonly (readonly [string, number])[],
): Promise<number> {
  // The script's own result.
  const sent = (await world.inside(container, SEND_NONSENSE, { doors })) as Sent;
  expect(sent.shut).toEqual([]);
  return sent.kinds;
}

/** Slow, huge and broken inputs: no process ends, and the others are served meanwhile. */
export const INPUT_ATTACKS = defineAttacks([
  {
    id: "X-01",
    name: "resets_and_nonsense_at_every_port",
    modes: BOTH,
    run: async (world) => {
      const doors = await doorsOf(world.stack);
      const tried = new Set<string>();
      let kinds = 0;
      const vantages = VANTAGES.map((service) => world.stack.containerName(service));
      for (const container of [await world.agentContainer(MALLORY), ...vantages]) {
        const open = (await openFrom(container, doors)).filter(
          ({ by, service, port }) => by === "name" && !tried.has(`${service}:${port}`),
        );
        kinds = await nonsense(
          world,
          container,
          open.map(({ host, port }) => [host, port]),
        );
        for (const { service, port } of open) tried.add(`${service}:${port}`);
      }
      expect(tried.size).toBeGreaterThan(10);
      return `${kinds} kinds of nonsense at ${tried.size} ports: nothing ended`;
    },
  },
  {
    id: "X-02",
    name: "broken_answers_of_an_agent",
    modes: BOTH,
    run: async (world) => {
      const token = await world.superUser();
      const answers = new Map<string, number>();
      for (const how of ["000", "099", "control", "reset", "endless-header", "two-lengths"])
        for (const upgrade of [false, true]) {
          const told = await world
            .ask({
              path: `/agents/agent-${MALLORY}/broken/${how}`,
              token,
              headers: upgrade
                ? {
                    connection: "Upgrade",
                    upgrade: "websocket",
                    "sec-websocket-version": "13",
                    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
                  }
                : {},
            })
            .catch(() => undefined);
          if (told !== undefined) answers.set(`${how}${upgrade ? " to a handshake" : ""}`, told.status);
        }
      expect([...answers].filter(([, status]) => status < 500)).toEqual([]);
      return `the gateway answers ${[...new Set(answers.values())].join(" or ")}, and goes on`;
    },
  },
  ...["huge", "deep", "keys", "slow", "garbage", "wrong-types"].map((card) => ({
    id: "X-04",
    name: `card_${card}`,
    modes: BOTH,
    run: async (world: World): Promise<string> => {
      await withCard(world, card, () => world.othersAreServed());
      return "read twice; the others are served, nothing ended";
    },
  })),
]);
