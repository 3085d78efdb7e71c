import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CertificateConfig } from "./config.ts";

/** A certificate with its private key, as PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const pemOf = (pathOrText: string): string =>
  pathOrText.startsWith("-----BEGIN ") ? pathOrText : readFileSync(pathOrText, "utf8");

/** @throws Error when either cannot be read, or the two do not belong together */
export function readCertificate(config: CertificateConfig): Certificate {
  const certificate = pemOf(config.certificate);
  const key = pemOf(config.key);
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
    throw new Error("KONG_SSL_CERT_KEY is not the key of KONG_SSL_CERT");
  return { certificate, key };
}
