import { expect, test } from "vitest";
import { wantsTraces } from "../../../../services/agent-telemetry/src/wants-traces.ts";

const PROGRAM = {
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" },
  argv: ["/usr/bin/node", "/app/main.js"],
  version: "24.1.0",
};

test.each([
  ["somebody takes traces", {}, true],
  ["nobody takes traces", { env: {} }, false],
  ["the address is empty", { env: { OTEL_EXPORTER_OTLP_ENDPOINT: "" } }, false],
  ["the SDK is switched off", { env: { ...PROGRAM.env, OTEL_SDK_DISABLED: "TRUE" } }, false],
  ["traces go nowhere", { env: { ...PROGRAM.env, OTEL_TRACES_EXPORTER: "none" } }, false],
  ["npm starts the agent", { argv: ["node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "start"] }, false],
  ["a script without a file runs", { argv: ["node"] }, true],
  ["Node.js is too old", { version: "16.20.0" }, false],
  ["Node.js is too old by a little", { version: "18.18.2" }, false],
  ["Node.js is just new enough", { version: "18.19.0" }, true],
  ["Node.js is of a line that had no old ones", { version: "22.0.0" }, true],
])("where %s", (_, change, wanted) => {
  expect(wantsTraces({ ...PROGRAM, ...change })).toBe(wanted);
});
