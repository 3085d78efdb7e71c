/** `node crash.ts <home> <point>`: runs the platform and kills itself when a resource reaches the point. */
import { join } from "node:path";
import { up } from "../../../../../engine/core/engine.ts";
import { createWorld, fakeProviders } from "./fake-world.ts";

const [home = "", point = ""] = process.argv.slice(2);
const world = createWorld();
world.behaviours.set(point, () => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
});
await up({
  project: { name: "test", root: join(import.meta.dirname, "..", "fixtures", "platform"), main: "index.ts" },
  stack: "local",
  config: {},
  home,
  passphrase: "correct horse",
  providers: fakeProviders(world),
  environment: { PATH: process.env["PATH"] ?? "" },
});
