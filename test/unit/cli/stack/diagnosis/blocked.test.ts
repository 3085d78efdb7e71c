import { expect, test } from "vitest";

import { blockedBy } from "../../../../../cli/stack/diagnosis/blocked.ts";
import { service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

test("what waits for a service is found through others, and nothing else is", () => {
  const blueprint = blueprintOf([
    service("database"),
    service("cache"),
    service("gateway", { dependsOn: { database: "healthy" } }),
    service("registry", { dependsOn: { gateway: "healthy", cache: "healthy" } }),
  ]);
  expect(blockedBy(blueprint, "database")).toEqual(["gateway", "registry"]);
  expect(blockedBy(blueprint, "cache")).toEqual(["registry"]);
  expect(blockedBy(blueprint, "registry")).toEqual([]);
});
