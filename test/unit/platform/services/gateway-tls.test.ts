import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gatewayProblems } from "../../../../platform/blueprint/gateway-rules.ts";
import { kong } from "../../../../platform/services/kong.ts";
import { resolveSettings } from "../../../../platform/settings/resolve.ts";
import type { Settings } from "../../../../platform/settings/settings.ts";
import { selfSigned } from "../../../../platform/tls/self-signed.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-tls-"));
  for (const name of ["one", "two"]) {
    const { certificate, key } = selfSigned(name.repeat(12), ["gateway.example"], new Date());
    writeFileSync(join(folder, `${name}.crt`), certificate);
    writeFileSync(join(folder, `${name}.key`), key);
  }
  writeFileSync(join(folder, "empty"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

const resolved = (values: Readonly<Record<string, string>>): ReturnType<typeof resolveSettings> =>
  resolveSettings({
    stack: "local",
    architecture: "x64",
    env: [{ name: "the environment", values }],
    stackConfig: {},
    readFile: (path) => readFileSync(path, "utf8"),
  });
function settingsOf(values: Readonly<Record<string, string>>): Settings {
  const result = resolved(values);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("; "));
  return result.resolved.settings;
}
const pair = (certificate: string, key = certificate): Record<string, string> => ({
  NASIKO_TLS_CERT: join(folder, `${certificate}.crt`),
  NASIKO_TLS_KEY: join(folder, `${key}.key`),
});
const of = (values: Readonly<Record<string, string>>): ReturnType<typeof kong> =>
  kong({ settings: settingsOf(values), has: () => true });
const portsOf = (values: Readonly<Record<string, string>>): unknown =>
  of(values).ports.map(({ internal, host }) => [internal, host]);

describe("the gateway", () => {
  test("speaks HTTP alone unless somebody wants TLS", () => {
    expect(portsOf({})).toEqual([[8000, 9100]]);
    expect(of({}).env).toMatchObject({ KONG_PROXY_LISTEN: "0.0.0.0:8000, 0.0.0.0:11434, 0.0.0.0:4318" });
  });

  test("speaks both where it is told to, with a certificate of the stack's own", () => {
    expect(portsOf({ NASIKO_GATEWAY_TLS: "true", NASIKO_PORT_OFFSET: "1" })).toEqual([
      [8000, 9101],
      [8443, 9444],
    ]);
    const { env } = of({ NASIKO_GATEWAY_TLS: "true", NASIKO_ENGINE_HOST: "gateway.example" });
    const names = ["localhost", "127.0.0.1", "kong", "gateway.example"];
    const from = { kind: "secret", secret: "gateway-certificate-seed" };
    expect(env).toMatchObject({
      KONG_PROXY_LISTEN: "0.0.0.0:8000, 0.0.0.0:8443 ssl, 0.0.0.0:11434, 0.0.0.0:4318",
      KONG_SSL_CERT: { kind: "certificate", from, part: "certificate", names },
      KONG_SSL_CERT_KEY: { kind: "certificate", from, part: "key", names },
    });
  });

  test("speaks both in mode enterprise, unless it is told not to", () => {
    expect(portsOf({ AUTH_MODE: "enterprise" })).toEqual([
      [8000, 9100],
      [8443, 9443],
    ]);
    expect(portsOf({ AUTH_MODE: "enterprise", NASIKO_GATEWAY_TLS: "false" })).toEqual([[8000, 9100]]);
  });

  test("presents the certificate that it is given, and keeps its key a secret", () => {
    const { tlsCertificate, tlsKey } = settingsOf(pair("one"));
    expect(of(pair("one")).env).toMatchObject({
      KONG_SSL_CERT: tlsCertificate,
      KONG_SSL_CERT_KEY: { kind: "sensitive", value: tlsKey },
    });
  });

  test("can be published with TLS only", () => {
    const values = { NASIKO_GATEWAY_TLS: "true", NASIKO_GATEWAY_HTTP: "false" };
    expect(portsOf(values)).toEqual([
      [8000, undefined],
      [8443, 9443],
    ]);
    expect(gatewayProblems(settingsOf(values))).toEqual([]);
  });
});

describe("settings of the gateway that cannot work are refused:", () => {
  test.each<[string, () => Record<string, string>, string]>([
    ["neither HTTP nor TLS", () => ({ NASIKO_GATEWAY_HTTP: "false" }), "neither HTTP nor TLS"],
    [
      "a certificate without its key",
      () => ({ NASIKO_TLS_CERT: join(folder, "one.crt") }),
      "need each other",
    ],
    ["a key without its certificate", () => ({ NASIKO_TLS_KEY: join(folder, "one.key") }), "need each other"],
    ["another one's key", () => pair("one", "two"), "not the key of"],
  ])("%s", (_, values, reason) => {
    const problems = gatewayProblems(settingsOf(values()));
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    ["nowhere.crt", /^Reason: ENOENT: no such file/m],
    ["empty", /^Reason: .*(?:PEM|DECODER|asn1|header)/im],
  ])("a file that is no certificate: %s", (file, reason) => {
    const result = resolved({ NASIKO_TLS_CERT: join(folder, file), NASIKO_TLS_KEY: join(folder, file) });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    for (const { detail } of result.problems) expect(detail).toMatch(reason);
    expect(result.problems.map(({ code }) => code)).toEqual(["NSK-SETTING-INVALID", "NSK-SETTING-INVALID"]);
  });
});
