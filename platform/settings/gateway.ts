import { createPrivateKey, X509Certificate } from "node:crypto";

import { z } from "zod";

import { defineSetting } from "./define-setting.ts";
import { flag, hostNames, origins } from "./schemas.ts";

/** A text that `isUsable` takes without throwing. */
const pem = (isUsable: (text: string) => unknown): z.ZodType<string, string> =>
  z.string().transform((text, context) => {
    try {
      isUsable(text);
      return text;
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });

/** How the gateway is reached from the host. */
export const GATEWAY_SETTINGS = {
  gatewayTls: defineSetting({
    env: "NASIKO_GATEWAY_TLS",
    stackConfig: true,
    schema: z.union([flag, z.undefined()]),
    default: undefined,
    allowed: "true or false",
    help: "Whether the gateway speaks TLS, too, on NASIKO_PORT_KONG_SSL (default: in mode enterprise, or with a certificate)",
  }),
  gatewayHttp: defineSetting({
    env: "NASIKO_GATEWAY_HTTP",
    stackConfig: true,
    schema: flag,
    default: "true",
    allowed: "true or false",
    help: "false publishes the gateway with TLS only",
  }),
  allowedHosts: defineSetting({
    env: "NASIKO_ALLOWED_HOSTS",
    stackConfig: true,
    schema: hostNames,
    default: "",
    allowed: "host names or addresses without ports, with commas between",
    help: "Names besides 127.0.0.1, localhost and NASIKO_ENGINE_HOST under which the published ports are asked, e.g. that of a proxy before them; any other gets 421",
  }),
  corsOrigins: defineSetting({
    env: "NASIKO_CORS_ORIGINS",
    stackConfig: true,
    schema: origins,
    default: "",
    allowed: "origins such as https://ui.example, with commas between",
    help: "Origins besides the platform's own whose pages may call the gateway",
  }),
  tlsCertificate: defineSetting({
    env: "NASIKO_TLS_CERT",
    stackConfig: true,
    file: true,
    schema: pem((text) => new X509Certificate(text)).optional(),
    default: undefined,
    allowed: "the path of a certificate, or of a chain with the server's first, as PEM",
    help: "Certificate of the gateway (default: self-signed, generated with the stack)",
  }),
  tlsKey: defineSetting({
    env: "NASIKO_TLS_KEY",
    stackConfig: true,
    file: true,
    schema: pem((text) => createPrivateKey(text)).optional(),
    default: undefined,
    allowed: "the path of a private key without passphrase, as PEM",
    help: "Private key of NASIKO_TLS_CERT",
    secret: true,
  }),
} as const;
