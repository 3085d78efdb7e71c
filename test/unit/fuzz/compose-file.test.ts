import fc from "fast-check";
import { expect, test } from "vitest";

import { parseBoundedYaml } from "../../../engine/formats/yaml-limits.ts";
import { readComposeFile } from "../../../platform/agents/compose-file.ts";
import { NasikoError } from "../../../platform/errors/define-error.ts";
import { almost } from "./mutations.ts";

const compose = almost(
  [
    'services:\n  agent:\n    build: .\n    container_name: one\n    ports: ["5000:5000", 8000]\n    environment:\n      - A=1\n      - B=${C:-d}\n    env_file: .env\n    deploy:\n      resources:\n        limits: {cpus: "0.5"}\n',
    "x-common: &common\n  environment: {A: 1, B: null}\nservices:\n  a:\n    <<: *common\n    image: acme/a@sha256:" +
      `${"1".repeat(64)}\n    volumes: [data:/data]\n    extra_hosts: ["a:1.2.3.4"]\nvolumes: {data: {}}\n`,
    "services: {a: {build: {context: ., args: [X=1]}, ulimits: {nofile: {soft: 1, hard: 2}}}}\n",
  ],
  [
    ...[
      "services:\n",
      "  a:\n",
      "&a ",
      "*a",
      "<<: *a\n",
      "- ",
      "? ",
      "{",
      "}",
      "[",
      "]",
      "|\n",
      ">-\n",
      "!!str ",
      "!!binary ",
      "---\n",
    ],
    ...[
      "${A:-${B}}",
      "$$",
      "1e400",
      "0x1F",
      "2001-01-01",
      "null",
      "~",
      "privileged: true\n",
      "ports: [1-70000]\n",
      "build:\n",
    ],
  ],
);

test("every compose file is read, or refused with a line of it and one of our errors", () => {
  let asked = 0;
  const lookup = (): undefined => void (asked += 1);
  fc.assert(
    fc.property(compose, (text) => {
      asked = 0;
      const { service, problems, notes } = readComposeFile("docker-compose.yml", text, lookup);
      // Each variable stands there with two letters at least, and aliases repeat a part at most so many times.
      expect(asked).toBeLessThanOrEqual(200 * (text.length + 1));
      for (const problem of problems) {
        expect(problem).toBeInstanceOf(NasikoError);
        expect(problem.message.length + (problem.detail?.length ?? 0)).toBeLessThan(text.length + 5000);
      }
      expect(problems.length + notes.length).toBeLessThanOrEqual(text.length + 10);
      if (service === undefined) expect(problems.length).toBeGreaterThan(0);
      for (const port of service?.ports ?? []) expect(port).toBeLessThanOrEqual(65_535);
    }),
  );
});

test("YAML is parsed, or refused with an error that says why", () => {
  fc.assert(
    fc.property(compose, (text) => {
      try {
        parseBoundedYaml(text);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(RangeError);
        expect(String(error).length).toBeLessThan(text.length + 500);
      }
    }),
  );
});

test("JSON is YAML, and says the same", () => {
  const value = fc.jsonValue({ maxDepth: 5, noUnicodeString: false });
  fc.assert(
    fc.property(value, (data) => {
      const text = JSON.stringify(data);
      expect(JSON.stringify(parseBoundedYaml(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});
