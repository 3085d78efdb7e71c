import { flag, text } from "../../lib/command-line/option.ts";
import { defineCommand, defineSpec } from "../define-command.ts";

export const spec = defineSpec({
  options: {
    registry: text("<address>", "registry, and the path in it (default: NASIKO_REGISTRY_URL)"),
    tag: text("<tag>", "tag that all images get (default: NASIKO_VERSION)"),
    replace: flag("let a tag that names other content name this"),
    lock: text("<file>", "lock file that the digests are added to", { default: "published.lock.json" }),
  },
  examples: [
    "nasiko images publish --registry registry.example:5000/acme --tag 1.0.0",
    "nasiko images publish --registry acme --tag 1.0.0 --lock images.lock.json",
  ],
});

export const publishImages = defineCommand(spec, () => import("./publish.handler.ts"));
