import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCertificates } from "../../../../../cli/engine-host/images/certificates.ts";
import { withFolder } from "../../../platform/images/trees.ts";

/** Two self-signed certificates; their keys were thrown away. */
const A = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS2gAwIBAgIUKj6wxMnDNCOHkLTF9HlIy1Pme34wCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNbmFzaWtvIHRlc3QgYTAgFw0yNjExMjMwODA4NTJaGA8yMTI2
MTAzMDA4MDg1MlowGDEWMBQGA1UEAwwNbmFzaWtvIHRlc3QgYTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABO3mCaclEY7oq/E11eTY3oGLlpJnCPSPxPb9ndJrjt6s
fM4IFIMaoje8ZBE525jPs+myJ4exYcoEYFnCAdxn8WqjUzBRMB0GA1UdDgQWBBSL
zva9I5U4aE7T+0Jth898C9Q/BTAfBgNVHSMEGDAWgBSLzva9I5U4aE7T+0Jth898
C9Q/BTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDgHT4PW5lc
j4Q5w0Qt4uSUu/lBaoxCbDkLPzBoie0LxAIhAIWynJ3PZyiQbnmhtc3l1QrsHLdP
0rtn1BhoCwBn4GAs
-----END CERTIFICATE-----
`;
const B = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS2gAwIBAgIUQV0ykZRDhbJIOvszJD23axMQhcIwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNbmFzaWtvIHRlc3QgYjAgFw0yNjExMjMwODA4NTJaGA8yMTI2
MTAzMDA4MDg1MlowGDEWMBQGA1UEAwwNbmFzaWtvIHRlc3QgYjBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABMVkHiBudLWiK6Uw/GYpb8AxARyhtlB5SfG4HgQXj/ne
BKNrRecRD5+FGH/wmvISwnau2MJvWo/FWIlvclPehhKjUzBRMB0GA1UdDgQWBBRi
WcDRbNUmGbagC+rrV9pgC6qRzDAfBgNVHSMEGDAWgBRiWcDRbNUmGbagC+rrV9pg
C6qRzDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQD6seW1+xxw
WdOAeX4GEAZ02/6LkuxV0fx6MIL37CExegIhANya0yvpDdEpgdfnELvq6jNDS4kd
rEuVGbOavMkKVxSR
-----END CERTIFICATE-----
`;

describe("reading certificate authorities", () => {
  test("takes bundles apart, and counts each certificate once, in any order", () => {
    withFolder((folder) => {
      const a = join(folder, "a.crt");
      const b = join(folder, "b.crt");
      const bundle = join(folder, "bundle.crt");
      writeFileSync(a, A);
      writeFileSync(b, B);
      writeFileSync(bundle, `# both\r\n${A}\n${B}`);
      const both = readCertificates([a, b]);
      expect(both).toHaveLength(2);
      expect(readCertificates([bundle])).toEqual(both);
      expect(readCertificates([b, bundle, a])).toEqual(both);
      for (const { id, pem } of both) {
        expect(id).toMatch(/^[0-9a-f]{16}$/);
        expect(pem).toMatch(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
      }
    });
  });

  test.each([
    ["no certificate", "hello\n", "it holds no PEM certificate"],
    [
      "a damaged one",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
      "a damaged certificate",
    ],
  ])("refuses a file with %s by name", (_what, content, reason) => {
    withFolder((folder) => {
      const path = join(folder, "x.crt");
      writeFileSync(path, content);
      expect(() => readCertificates([path])).toThrow(path);
      expect(() => readCertificates([path])).toThrow(reason);
    });
  });

  test("refuses a file that is not there by name", () => {
    expect(() => readCertificates(["/nowhere/x.crt"])).toThrow("/nowhere/x.crt cannot be used");
  });
});
