import { createPrivateKey, X509Certificate } from "node:crypto";

import type { NasikoError } from "../errors/define-error.ts";
import { speaksTls } from "../services/gateway-tls.ts";
import type { Settings } from "../settings/settings.ts";
import { gatewayUnusable } from "./errors.ts";

/** What no setting of the gateway can tell by itself: whether they fit together. */
export function gatewayProblems(settings: Settings): readonly NasikoError[] {
  const { tlsCertificate, tlsKey, gatewayHttp } = settings;
  const problems = [
    ...(gatewayHttp || speaksTls(settings)
      ? []
      : [
          {
            reason: "it would speak neither HTTP nor TLS",
            mend: "NASIKO_GATEWAY_TLS=true ./nasiko local up",
          },
        ]),
    ...((tlsCertificate === undefined) === (tlsKey === undefined)
      ? []
      : [{ reason: "NASIKO_TLS_CERT and NASIKO_TLS_KEY need each other", mend: PAIR }]),
    ...(tlsCertificate === undefined || tlsKey === undefined || belongTogether(tlsCertificate, tlsKey)
      ? []
      : [{ reason: "NASIKO_TLS_KEY is not the key of NASIKO_TLS_CERT", mend: PAIR }]),
  ];
  return problems.map((problem) => gatewayUnusable(problem));
}

const PAIR = "NASIKO_TLS_CERT=server.crt NASIKO_TLS_KEY=server.key ./nasiko local up";

const belongTogether = (certificate: string, key: string): boolean =>
  new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
