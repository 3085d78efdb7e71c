import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCertificates } from "../../../cli/images/certificates.ts";
import { withFolder } from "./trees.ts";

/** Makes a certificate authority of its own. */
function makeAuthority(folder: string, name: string): string {
  const path = join(folder, `${name}.crt`);
  const key = join(folder, `${name}.key`);
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", [...request, "-subj", `/CN=${name}`, "-keyout", key, "-out", path], {
    stdio: "ignore",
  });
  return path;
}

describe("reading certificate authorities", () => {
  test("takes bundles apart, and counts each certificate once, in any order", () => {
    withFolder((folder) => {
      const [a, b] = [makeAuthority(folder, "a"), makeAuthority(folder, "b")];
      const bundle = join(folder, "bundle.crt");
      writeFileSync(bundle, `# both\r\n${readFileSync(a, "utf8")}\n${readFileSync(b, "utf8")}`);
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
