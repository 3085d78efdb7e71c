import { describe, expect, test } from "vitest";
import { checkpointProblems } from "../../../support/deployment-schema.ts";

const stack = {
  urn: "urn:pulumi:local::test::pulumi:pulumi:Stack::test-local",
  custom: false,
  type: "pulumi:pulumi:Stack",
  created: "2026-01-01T00:00:00.104133563Z",
  modified: "2026-01-01T00:00:00.104133563Z",
  sourcePosition: "project:///index.ts#1,1",
  stackTrace: [{}, { sourcePosition: "project:///index.ts#1,1" }],
};
const provider = {
  urn: "urn:pulumi:local::test::pulumi:providers:docker::default_5_2_0",
  custom: true,
  id: "7f7f7f7f-0000-4000-8000-000000000000",
  type: "pulumi:providers:docker",
  inputs: { __internal: {}, version: "5.2.0" },
  outputs: { version: "5.2.0" },
};
const web = {
  urn: "urn:pulumi:local::test::docker:index/container:Container::web",
  custom: true,
  id: "abc",
  type: "docker:index/container:Container",
  inputs: {
    envs: {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      ciphertext: "v1:FpTLdG4b9NKhHaMB:S70KYyBujMEBa4NDahaAFg==",
    },
  },
  parent: stack.urn,
  provider: `${provider.urn}::${provider.id}`,
  propertyDependencies: { envs: null, image: [] },
  customTimeouts: { create: 90 },
  initErrors: ["not healthy"],
};

/** A file as the Pulumi CLI writes it, with these resources. */
function file(resources: readonly object[], latest: object = {}): string {
  return JSON.stringify({
    version: 3,
    checkpoint: {
      stack: "organization/test/local",
      latest: {
        manifest: { time: "2026-01-01T00:00:00.104133563Z", magic: "ab35", version: "v3.259.0" },
        secrets_providers: { type: "passphrase", state: { salt: "v1:6VR1jZ1PKA0=:v1:AAAA:BBBB" } },
        resources,
        metadata: {},
        ...latest,
      },
    },
  });
}

describe("Pulumi's deployment format, as the tests know it,", () => {
  test("is what the Pulumi CLI writes", () => {
    expect(checkpointProblems(file([stack, provider, web]))).toEqual([]);
    const pending = { pending_operations: [{ resource: web, type: "creating" }] };
    expect(checkpointProblems(file([stack, provider], pending))).toEqual([]);
  });
  test.each<readonly [string, readonly object[], string]>([
    ["an unknown field", [{ ...stack, colour: "red" }], "colour"],
    [
      "a secret in the open",
      [stack, provider, { ...web, inputs: { a: { ...web.inputs.envs, ciphertext: "x" } } }],
      "sealed",
    ],
    ["an empty list that is written out", [{ ...stack, initErrors: [] }], "initErrors"],
    ["a flag that is written as false", [{ ...stack, protect: false }], "protect"],
    ["a type that the URN does not have", [{ ...stack, type: "a:b:C" }], "differ"],
    ["a component with an id", [{ ...stack, id: "x" }], "component"],
    ["a parent that comes later", [provider, web, stack], `stands before ${stack.urn}`],
    ["a provider that is missing", [stack, web], `stands before ${provider.urn}`],
    ["a resource that stands there twice", [stack, stack], "twice"],
  ])("does not allow %s", (_what, resources, problem) => {
    const problems = checkpointProblems(file(resources));
    expect(problems.join("\n")).toContain(problem);
  });
});
