import { expect, test } from "vitest";

import { forwardFinding } from "../../../../../cli/features/preflight/preflight.ts";
import { service } from "../../../platform/blueprint/catalogues.ts";
import { blueprintOf } from "../../blueprints.ts";

test.each([
  ["ssh://me@machine", "me@machine &"],
  ["tcp://10.0.0.1:2376", "10.0.0.1 &"],
])("ports of an engine at %s have to be brought here, and the command is told", (host, end) => {
  const blueprint = blueprintOf([
    service("web", {
      ports: [{ name: "http", internal: 80, host: 9100, setting: "NASIKO_PORT_KONG" }],
    }),
  ]);
  const { verdict, text } = forwardFinding(blueprint, { host, source: "DOCKER_HOST" });
  expect(verdict).toBe("note");
  expect(text).toContain("ssh -N -L 9100:127.0.0.1:9100");
  expect(text.endsWith(end)).toBe(true);
});
