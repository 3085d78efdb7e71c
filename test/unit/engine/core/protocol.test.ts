import aliases from "@pulumi/pulumi/proto/alias_pb.js";
import callbacks from "@pulumi/pulumi/proto/callback_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { goalOf, propertiesOf, responseTo } from "../../../../engine/core/protocol.ts";
import {
  defaultProviderUrn,
  makeUrn,
  nameOf,
  packageOf,
  providerUrnOf,
} from "../../../../engine/core/urn.ts";
import { markedMap } from "./arbitraries.ts";

function request(
  change: (request: RegisterResourceRequest) => void = () => undefined,
): RegisterResourceRequest {
  const made = new resources.RegisterResourceRequest();
  made.setType("docker:index/container:Container");
  made.setName("web");
  made.setCustom(true);
  change(made);
  return made;
}

describe("a request", () => {
  test("becomes a goal with all that the program said", () => {
    const timeouts = new resources.RegisterResourceRequest.CustomTimeouts();
    timeouts.setCreate("2m30s");
    const needs = new resources.RegisterResourceRequest.PropertyDependencies();
    needs.setUrnsList(["urn:b", "urn:a"]);
    const goal = goalOf(
      request((made) => {
        made.setParent("urn:parent");
        made.setObject(structs.Struct.fromJavaScript({ image: "nginx", ports: [{ internal: 80 }] }));
        made.setProtect(true);
        made.setDependenciesList(["urn:b", "urn:a"]);
        made.getPropertydependenciesMap().set("image", needs);
        made.setDeletebeforereplace(false);
        made.setDeletebeforereplacedefined(true);
        made.setVersion("5.2.0");
        made.setIgnorechangesList(["image"]);
        made.setReplaceonchangesList(["*"]);
        made.setAdditionalsecretoutputsList(["result"]);
        made.setCustomtimeouts(timeouts);
      }),
    );
    expect(goal).toEqual({
      type: "docker:index/container:Container",
      name: "web",
      parent: "urn:parent",
      custom: true,
      inputs: { image: "nginx", ports: [{ internal: 80 }] },
      protect: true,
      dependencies: ["urn:a", "urn:b"],
      propertyDependencies: { image: ["urn:a", "urn:b"] },
      deleteBeforeReplace: false,
      version: "5.2.0",
      ignoreChanges: ["image"],
      replaceOnChanges: ["*"],
      additionalSecretOutputs: ["result"],
      customTimeouts: { create: 150 },
    });
  });
  test("leaves to the provider what the program does not say", () => {
    const goal = goalOf(request());
    expect(goal).not.toHaveProperty("deleteBeforeReplace");
    expect(goal).not.toHaveProperty("parent");
    expect(goal).not.toHaveProperty("customTimeouts");
  });

  const refused: Readonly<Record<string, (made: RegisterResourceRequest) => void>> = {
    "the resource option provider": (made) => made.setProvider("urn::id"),
    "the resource option providers": (made) => made.getProvidersMap().set("docker", "urn::id"),
    "the resource option import": (made) => made.setImportid("abc"),
    "the resource option aliases": (made) => made.setAliasesList([new aliases.Alias()]),
    "the resource option retainOnDelete": (made) => made.setRetainondelete(true),
    "the resource option deletedWith": (made) => made.setDeletedwith("urn"),
    "the resource option replaceWith": (made) => made.setReplaceWithList(["urn"]),
    "the resource option replacementTrigger": (made) =>
      made.setReplacementTrigger(structs.Value.fromJavaScript("now")),
    "the resource option hideDiffs": (made) => made.setHidediffsList(["image"]),
    "the resource option transforms": (made) => made.setTransformsList([new callbacks.Callback()]),
    "the resource option hooks": (made) =>
      made.setHooks(new resources.RegisterResourceRequest.ResourceHooksBinding()),
    "the resource option stateMigrations": (made) => made.setStateMigrationsList([new callbacks.Callback()]),
    "the resource option envVarMappings": (made) => made.getEnvvarmappingsMap().set("A", "B"),
    "the resource option pluginDownloadURL": (made) => made.setPlugindownloadurl("somewhere"),
    "parameterized packages": (made) => made.setPackageref("ref"),
    "remote components": (made) => made.setRemote(true),
    "provider resources of the program's own": (made) => made.setType("pulumi:providers:docker"),
    "assets and archives as inputs": (made) =>
      made.setObject(
        structs.Struct.fromJavaScript({
          file: [{ "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" }],
        }),
      ),
  };
  test.each(Object.entries(refused))("with %s is refused by name", (what, change) => {
    expect(() => goalOf(request(change))).toThrow(`does not support ${what} (web, `);
  });
  test("may name a former type of its SDK class, as the alias that the class itself brings along", () => {
    const former = (type: string, change?: (spec: InstanceType<typeof aliases.Alias.Spec>) => void) => {
      const [alias, spec] = [new aliases.Alias(), new aliases.Alias.Spec()];
      spec.setType(type);
      spec.setParenturn("urn:parent");
      change?.(spec);
      alias.setSpec(spec);
      return request((made) => {
        made.setParent("urn:parent");
        made.setAliasesList([alias]);
      });
    };
    expect(goalOf(former("docker:container:Container")).name).toBe("web");
    const component = former("docker:container:Container");
    component.setCustom(false);
    const renamed = [
      component,
      former("other:index:Thing"),
      former("docker:container:Container", (spec) => spec.setName("old")),
      former("docker:container:Container", (spec) => spec.setParenturn("urn:elsewhere")),
      former("docker:container:Container", (spec) => spec.setNoparent(true)),
    ];
    for (const made of renamed) expect(() => goalOf(made)).toThrow("the resource option aliases");
  });
  test("with a customTimeouts that is no duration is refused", () => {
    const timeouts = new resources.RegisterResourceRequest.CustomTimeouts();
    timeouts.setDelete("soon");
    expect(() => goalOf(request((made) => made.setCustomtimeouts(timeouts)))).toThrow(
      'customTimeouts.delete of web is "soon"',
    );
  });
});

test("a response carries outputs, secrets included, as they are", () => {
  fc.assert(
    fc.property(markedMap, (outputs) => {
      const response = responseTo({ urn: "urn", id: "id", outputs });
      expect(propertiesOf(response.getObject())).toEqual(outputs);
      expect([response.getUrn(), response.getId()]).toEqual(["urn", "id"]);
    }),
  );
  expect(responseTo({ urn: "urn", outputs: {} }).getId()).toBe("");
});

describe("a URN", () => {
  const at = { stack: "local", project: "test" };
  const root = makeUrn({ ...at, type: "pulumi:pulumi:Stack", name: "test-local" });
  test("names the types of all parents but the stack", () => {
    const layer = makeUrn({ ...at, type: "t:i:Layer", name: "data", parent: root });
    const service = makeUrn({ ...at, type: "t:i:Service", name: "redis", parent: layer });
    expect(root).toBe("urn:pulumi:local::test::pulumi:pulumi:Stack::test-local");
    expect(layer).toBe("urn:pulumi:local::test::t:i:Layer::data");
    expect(service).toBe("urn:pulumi:local::test::t:i:Layer$t:i:Service::redis");
  });
  test("gives back the name, which may hold colons", () => {
    expect(nameOf(makeUrn({ ...at, type: "t:i:X", name: "a::b", parent: root }))).toBe("a::b");
    expect(packageOf("docker:index/container:Container")).toBe("docker");
  });
  test("of a default provider is Pulumi's", () => {
    const urn = defaultProviderUrn("local", "test", "docker", "5.2.0");
    expect(urn).toBe("urn:pulumi:local::test::pulumi:providers:docker::default_5_2_0");
    expect(providerUrnOf(`${urn}::some-id`)).toBe(urn);
  });
});
