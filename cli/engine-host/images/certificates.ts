import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { certificateInvalid } from "./errors.ts";

/** A certificate authority that goes into the trust store of the bases. */
export interface CertificateAuthority {
  /** The first 16 hex digits of its SHA-256 fingerprint. */
  readonly id: string;
  readonly pem: string;
}

/** Where Debian's tools, and those that follow them, keep authorities of the machine's owner. */
export const HOST_CERTIFICATES = "/usr/local/share/ca-certificates";

/** Files with the host's extra certificate authorities; empty where there are none. */
export function hostCertificateFiles(): readonly string[] {
  if (!existsSync(HOST_CERTIFICATES)) return [];
  return readdirSync(HOST_CERTIFICATES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".crt"))
    .sort()
    .map((name) => join(HOST_CERTIFICATES, name));
}

/**
 * Reads PEM files, each with one or more certificates. Repeated certificates count once.
 * @throws NSK-CA-INVALID naming the file
 */
export function readCertificates(files: readonly string[]): readonly CertificateAuthority[] {
  const found = new Map<string, CertificateAuthority>();
  for (const path of files) {
    const blocks = readText(path).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
    if (blocks === null) throw certificateInvalid({ path, reason: "it holds no PEM certificate" });
    for (const pem of blocks) {
      const id = fingerprint(path, pem).replaceAll(":", "").toLowerCase().slice(0, 16);
      found.set(id, { id, pem: `${pem}\n` });
    }
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw certificateInvalid({ path, reason: "it cannot be read" }, error);
  }
}

function fingerprint(path: string, pem: string): string {
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch (error) {
    throw certificateInvalid({ path, reason: "it holds a damaged certificate" }, error);
  }
}
