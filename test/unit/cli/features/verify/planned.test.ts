import { expect, test } from "vitest";

import { doorsOf, pinnedOf, secureGatewayOf } from "../../../../../cli/features/verify/planned.ts";
import type { Blueprint, PlannedService } from "../../../../../platform/blueprint/blueprint.ts";
import { catalogue } from "../../../../../platform/services/catalogue.ts";
import { defaultSettings } from "../../../../../platform/settings/defaults.ts";
import { blueprintOf } from "../../blueprints.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const planned = (change: (service: PlannedService) => PlannedService): Blueprint => {
  const blueprint = blueprintOf(catalogue(defaultSettings()), defaultSettings());
  const layers = blueprint.layers.map((layer) => ({
    ...layer,
    services: layer.services.map((service) =>
      change(service.name === "kong" ? { ...service, role: "gateway" } : service),
    ),
  }));
  return { ...blueprint, layers };
};
const namesOf = (blueprint: Blueprint): readonly string[] => [
  ...new Set(doorsOf(blueprint).map(({ name }) => name)),
];

test("doors are the published ports of the gateway and of our own servers", () => {
  const own = planned((service) => service);
  expect(namesOf(own)).toEqual(expect.arrayContaining(["kong", "kong-service-registry", "nasiko-web"]));
  expect(namesOf(own)).not.toContain("agent-registry");
  expect(doorsOf(own)).toContainEqual({ name: "kong", url: "http://127.0.0.1:9100/" });
});

test("third-party programs are no doors of ours, but what stands in for them is", () => {
  const offline = planned((service) => ({ ...service, image: { ...service.image, origin: "offline" } }));
  expect(namesOf(offline)).toEqual(["kong"]);
  const substitute = { kind: "stand-in", version: "1", official: "2" } as const;
  const standIns = planned((service) => ({
    ...service,
    image: { ...service.image, origin: "offline", substitute },
  }));
  expect(namesOf(standIns)).toEqual(expect.arrayContaining(["kong", "langtrace", "n8n"]));
  expect(namesOf(standIns)).not.toContain("phoenix");
});

test("the gateway's address with TLS is known where it speaks any", () => {
  expect(secureGatewayOf(planned((service) => service))).toBeUndefined();
  const tls = { ...defaultSettings(), gatewayTls: true };
  expect(secureGatewayOf(blueprintOf(catalogue(tls), tls))).toBe("https://127.0.0.1:9443/");
});

test("what a registry gave is held against its digest, and nothing else", () => {
  const pulled = planned((service) =>
    service.name === "kong"
      ? {
          ...service,
          image: {
            ...{ kind: "pulled", name: "kong", reference: "kong:3", shortHash: "0", origin: "public" },
            ...{ digest: DIGEST, verified: true },
          },
        }
      : service,
  );
  expect(pinnedOf(pulled)).toEqual({ kong: DIGEST });
});
