import { expect } from "vitest";

import type { World } from "./world.ts";

/** Makes the attacker's agent answer its card in another way, and waits until the registry has read it twice. */
export async function withCard(world: World, card: string, work: () => Promise<void>): Promise<void> {
  const become = (next: string): Promise<unknown> =>
    world.asAgent(
      `return (await fetch("http://127.0.0.1:5000/become?card=" + args, { method: "POST" })).text();`,
      next,
    );
  const reads = async (): Promise<number> =>
    Number(await world.asAgent(`return (await fetch("http://127.0.0.1:5000/reads")).json();`));
  await become(card);
  try {
    const before = await reads();
    await expect.poll(reads, { timeout: 180_000, interval: 500 }).toBeGreaterThan(before + 1);
    await work();
  } finally {
    await become("good");
  }
}
