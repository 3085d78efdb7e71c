import { describe, expect, test } from "vitest";
import type { PropertyMap } from "../../../../../engine/core/values.ts";
import {
  NETWORK_FIELDS,
  VOLUME_FIELDS,
} from "../../../../../engine/providers/docker/network-and-volume-fields.ts";
import { networkBody } from "../../../../../engine/providers/docker/network.ts";
import { changes } from "../../../../../engine/providers/schema/changes.ts";
import { checkInputs } from "../../../../../engine/providers/schema/check.ts";

function checked(news: PropertyMap): PropertyMap {
  const { inputs, failures } = checkInputs(NETWORK_FIELDS, news);
  expect(failures).toEqual([]);
  return inputs;
}

describe("the body of a network", () => {
  test("refuses a second network of the same name, which Docker would allow", () => {
    expect(networkBody(checked({ name: "n", internal: true }))).toEqual({
      Name: "n",
      CheckDuplicate: true,
      Driver: "bridge",
      Internal: true,
      Attachable: false,
      Ingress: false,
      EnableIPv6: false,
      Options: {},
      Labels: {},
      IPAM: { Driver: "default" },
    });
  });

  test("carries addresses, options and labels", () => {
    const body = networkBody(
      checked({
        name: "n",
        labels: [{ label: "a", value: "b" }],
        options: { "com.docker.network.bridge.enable_icc": "true" },
        ipamConfigs: [{ subnet: "10.9.0.0/24", gateway: "10.9.0.1", auxAddress: { host: "10.9.0.2" } }],
        ipamOptions: { k: "v" },
      }),
    );
    expect(body).toMatchObject({
      Labels: { a: "b" },
      Options: { "com.docker.network.bridge.enable_icc": "true" },
      IPAM: {
        Driver: "default",
        Options: { k: "v" },
        Config: [{ Subnet: "10.9.0.0/24", Gateway: "10.9.0.1", AuxiliaryAddresses: { host: "10.9.0.2" } }],
      },
    });
  });
});

test("every change of a network or volume replaces it", () => {
  for (const fields of [NETWORK_FIELDS, VOLUME_FIELDS])
    for (const [name, field] of Object.entries(fields))
      expect(changes(fields, {}, { [name]: "changed" }), name).toEqual([
        { field: name, effect: field.effect },
      ]);
  expect(
    [...Object.values(NETWORK_FIELDS), ...Object.values(VOLUME_FIELDS)].map(({ effect }) => effect),
  ).not.toContain("update");
});

test("a volume that changes its labels is recreated: its labels must never change", () => {
  const labels = (value: string): PropertyMap => ({ name: "v", labels: [{ label: "nasiko.stack", value }] });
  expect(changes(VOLUME_FIELDS, labels("a"), labels("b"))).toEqual([{ field: "labels", effect: "replace" }]);
  expect(changes(VOLUME_FIELDS, labels("a"), labels("a"))).toEqual([]);
});
