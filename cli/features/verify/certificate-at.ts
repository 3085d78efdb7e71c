import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";

import type { Certificate } from "./check.ts";

/** Milliseconds for a handshake. */
const PATIENCE = 10_000;
const DAY = 24 * 60 * 60 * 1000;

/**
 * What a server presents, whoever signed it.
 * @param url e.g. "https://127.0.0.1:9443/"
 * @throws Error when no handshake comes about
 */
export async function certificateAt(url: string): Promise<Certificate> {
  const { hostname, port } = new URL(url);
  // It is only looked at, and nothing is sent.
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(PATIENCE) });
    return describeCertificate(socket.getPeerCertificate().raw);
  } finally {
    socket.destroy();
  }
}

/** @param certificate as PEM or DER */
function describeCertificate(certificate: string | Buffer): Certificate {
  const { ca, validFrom, validTo } = new X509Certificate(certificate);
  return { isAuthority: ca, days: Math.round((Date.parse(validTo) - Date.parse(validFrom)) / DAY) };
}
