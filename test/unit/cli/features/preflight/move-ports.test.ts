import { expect, test } from "vitest";

import type { PortConflict } from "../../../../../cli/features/preflight/errors.ts";
import { movePorts, settingOf } from "../../../../../cli/features/preflight/move-ports.ts";
import { PORT_SETTINGS } from "../../../../../platform/settings/ports.ts";

const conflict = (service: string, setting: string, port: number): PortConflict => ({
  service,
  setting,
  port,
  freePort: port + 1,
  owner: { kind: "unknown" },
});

test("a default port gives way, one that the user set does not", () => {
  const kong = conflict("kong", "NASIKO_PORT_KONG", 9100);
  const web = conflict("nasiko-web", "NASIKO_PORT_WEB", 4000);
  expect(movePorts([kong, web], (setting) => setting === "NASIKO_PORT_WEB")).toEqual({
    moved: [{ service: "kong", setting: "NASIKO_PORT_KONG", from: 9100, to: 9101 }],
    fixed: [web],
  });
});

test("every port's variable leads back to its setting", () => {
  for (const [name, { env }] of Object.entries(PORT_SETTINGS)) expect(settingOf(env)).toBe(name);
});
