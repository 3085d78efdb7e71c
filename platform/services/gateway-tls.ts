import type { Settings } from "../settings/settings.ts";
import { type FileSpec, secret, sensitive } from "./service-spec.ts";

const CERTIFICATE = "/etc/kong/gateway.crt";
const KEY = "/etc/kong/gateway.key";
/** Numeric user of Kong, who alone may read the key. */
const OWNER = 1000;
/** Names besides the host's own under which the gateway is asked. */
const LOCAL_NAMES = ["localhost", "127.0.0.1", "kong"];

/** What Kong needs to speak TLS. */
export interface GatewayTls {
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FileSpec[];
}

/** Whether the gateway speaks TLS: where it is asked for, where a certificate is given, and in mode `enterprise`. */
export const speaksTls = ({ gatewayTls, tlsCertificate, authMode }: Settings): boolean =>
  gatewayTls ?? (tlsCertificate !== undefined || authMode === "enterprise");

/** Certificate and key: the given ones, else a pair that is a function of a secret of the stack. */
export function gatewayTls(settings: Settings): GatewayTls {
  const { tlsCertificate, tlsKey, engineHost } = settings;
  const names = [...new Set([...LOCAL_NAMES, engineHost])];
  const seed = secret("gateway-certificate-seed");
  return {
    env: { KONG_SSL_CERT: CERTIFICATE, KONG_SSL_CERT_KEY: KEY },
    files: [
      {
        path: CERTIFICATE,
        content: tlsCertificate ?? { certificateFrom: seed, part: "certificate", names },
      },
      {
        path: KEY,
        content: tlsKey === undefined ? { certificateFrom: seed, part: "key", names } : sensitive(tlsKey),
        mode: "0400",
        owner: OWNER,
      },
    ],
  };
}
