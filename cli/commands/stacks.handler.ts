import type { Handler } from "./define-command.ts";
import type { spec } from "./stacks.ts";
import { table } from "../render/table.ts";
import { recordedStacks, stacksOnEngine } from "../stack/state/find-stacks.ts";

/** Every stack of this machine: those with a state here, and those that only the engine knows. */
export const handler: Handler<typeof spec> = async ({ docker, home }) => {
  const recorded = recordedStacks(home);
  const onEngine = await stacksOnEngine(docker);
  const names = [...new Set([...recorded, ...onEngine.keys()])].toSorted();
  const stacks = names.map((name) => ({
    name,
    /** Without one it was made from another NASIKO_HOME. */
    hasState: recorded.includes(name),
    containers: onEngine.get(name)?.containers ?? 0,
    running: onEngine.get(name)?.running ?? 0,
    volumes: onEngine.get(name)?.volumes ?? 0,
  }));
  const rows = stacks.map(({ name, hasState, containers, running, volumes }) => [
    name,
    containers === 0 ? "down" : `${running} of ${containers} running`,
    String(volumes),
    hasState ? "" : "its state is not in this NASIKO_HOME",
  ]);
  return {
    exitCode: 0,
    text:
      stacks.length === 0
        ? "There are no stacks yet: ./nasiko local up"
        : table([["STACK", "CONTAINERS", "VOLUMES", "NOTE"], ...rows]),
    json: { ok: true, home: home.folder, stacks },
  };
};
