import { describe, expect, test } from "vitest";
import { gatewayDoor } from "../../../../platform/blueprint/host-url.ts";
import { isLoopback } from "../../../../platform/settings/loopback.ts";

const plain = { gateway: true, host: 9100 } as const;
const secure = { gateway: true, tls: true, host: 9443 } as const;
const other = { host: 8080 } as const;

describe("the gateway's door", () => {
  test.each<readonly [string, readonly object[], object | undefined]>([
    ["127.0.0.1", [other, plain, secure], plain],
    ["localhost", [secure], secure],
    ["engine.example", [other, plain, secure], secure],
    ["192.0.2.1", [plain], plain],
    ["engine.example", [other], undefined],
  ])("at %s of %j is %j", (engineHost, ports, expected) => {
    expect(gatewayDoor({ engineHost }, ports)).toEqual(expected);
  });
});

test.each<readonly [string, boolean]>([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["localhost", true],
  ["nasiko.localhost", true],
  ["::1", true],
  ["[::1]", true],
  ["127.0.0.1.example", false],
  ["localhost.example", false],
  ["evil-localhost.example", false],
  ["192.168.0.1", false],
  ["0.0.0.0", false],
])("%s is this machine's own name: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
