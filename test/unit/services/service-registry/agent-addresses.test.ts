import { BlockList } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentAddresses } from "../../../../services/service-registry/src/agent-addresses.ts";

const listed = (...configs: readonly object[]): unknown => [{ Name: "agents", IPAM: { Config: configs } }];

function isIn(address: string, ranges: readonly string[]): boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [start = "", length] = range.split("/");
    list.addSubnet(start, Number(length), start.includes(":") ? "ipv6" : "ipv4");
  }
  return list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}
const octets = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");

describe("where agents call from", () => {
  test("is their subnet without the address as which the host appears", () => {
    expect(agentAddresses(listed({ Subnet: "172.18.0.0/30", Gateway: "172.18.0.1" }))).toEqual([
      "172.18.0.2/31",
      "172.18.0.0/32",
    ]);
  });

  test("holds for any subnet and any gateway in it", () =>
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.integer({ min: 8, max: 31 }), fc.nat(), (start, prefix, offset) => {
        const size = 2 ** (32 - prefix);
        const base = Math.floor(start / size) * size;
        const gateway = octets(base + (offset % size));
        const ranges = agentAddresses(listed({ Subnet: `${octets(base)}/${prefix}`, Gateway: gateway }));
        expect(isIn(gateway, ranges)).toBe(false);
        for (const other of [base, base + size - 1, base + ((offset + 1) % size)].map(octets))
          if (other !== gateway) expect(isIn(other, ranges), other).toBe(true);
        if (base > 0) expect(isIn(octets(base - 1), ranges)).toBe(false);
        if (base + size < 2 ** 32) expect(isIn(octets(base + size), ranges)).toBe(false);
      }),
      { numRuns: 300 },
    ));

  test("knows IPv6, several subnets, and networks without a gateway", () => {
    const ranges = agentAddresses(
      listed({ Subnet: "10.0.0.0/8" }, { Subnet: "fd00:1::/64", Gateway: "fd00:1::1" }),
    );
    expect(ranges).toContain("10.0.0.0/8");
    expect(isIn("fd00:1::1", ranges)).toBe(false);
    for (const address of ["fd00:1::2", "fd00:1::", "fd00:1::ffff:ffff:ffff:ffff"])
      expect(isIn(address, ranges), address).toBe(true);
    expect(isIn("fd00:2::2", ranges)).toBe(false);
  });

  test.each([[], {}, null, [{}], [{ IPAM: { Config: null } }], listed({ Subnet: 7 })])(
    "is not guessed where the engine does not say: %j",
    (networks) => {
      expect(() => agentAddresses(networks)).toThrow("names no address");
    },
  );
});
