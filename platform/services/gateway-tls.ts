import type { Settings } from "../settings/settings.ts";
import { renewalNote } from "../tls/validity.ts";
import { certificatePart, type EnvValue, secret, sensitive } from "./env-value.ts";

/** Names besides the host's own under which the gateway is asked. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "kong"];

/** Whether the gateway speaks TLS: where it is asked for, where a certificate is given, and in mode `enterprise`. */
export const speaksTls = ({ gatewayTls, tlsCertificate, authMode }: Settings): boolean =>
  gatewayTls ?? (tlsCertificate !== undefined || authMode === "enterprise");

/**
 * Certificate and key, as Kong takes them besides paths, as text: the given ones, else a pair that is a function of
 * a secret of the stack.
 */
export function certificateEnv(settings: Settings): Readonly<Record<string, EnvValue>> {
  const { tlsCertificate, tlsKey, engineHost } = settings;
  const names = [...new Set([...LOCAL_NAMES, engineHost])];
  const seed = secret("gateway-certificate-seed");
  return {
    KONG_SSL_CERT: tlsCertificate ?? certificatePart("certificate", seed, names),
    KONG_SSL_CERT_KEY: tlsKey === undefined ? certificatePart("key", seed, names) : sensitive(tlsKey),
  };
}

/** What those who trust the gateway's own certificate have to know now; nothing where it is not in use. */
export function certificateNotes(settings: Settings, now: Date): readonly string[] {
  const isOwn = speaksTls(settings) && settings.tlsCertificate === undefined;
  const note = isOwn ? renewalNote(now) : undefined;
  return note === undefined ? [] : [note];
}
