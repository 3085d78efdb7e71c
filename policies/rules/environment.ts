import { weaknessOf } from "../../platform/settings/weak-secrets.ts";
import type { EnvFact } from "../facts/facts.ts";
import { ALWAYS, containerRule, WHEN_STRICT } from "./rule.ts";

const SECRET_NAME = /(?:PASSWORD|PASSWD|TOKEN|SECRET|API_KEY|PRIVATE_KEY|ENCRYPTION_KEY|CREDENTIALS)$/;

const OFF_SWITCHES: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  GIT_SSL_NO_VERIFY: /./,
  PYTHONHTTPSVERIFY: /^0$/,
  CURL_INSECURE: /./,
  NPM_CONFIG_STRICT_SSL: /^false$/i,
};

const isSecretName = ({ name }: EnvFact): boolean => SECRET_NAME.test(name);

function weakness({ name, value }: EnvFact): readonly string[] {
  const reason = value === undefined || value === "" ? undefined : weaknessOf(value);
  return reason === undefined ? [] : [`has a weak ${name}: ${reason}`];
}

/** What a container is told in its environment. */
export const ENVIRONMENT_RULES = [
  containerRule({
    id: "C27",
    title: "No secret in plain text",
    source: "CIS 4.10, OWASP 12, DS-0031",
    levels: WHEN_STRICT,
    check: ({ env }) =>
      env
        .filter((fact) => isSecretName(fact) && fact.secret === false && (fact.value ?? "") !== "")
        .map(({ name }) => `has ${name} in plain text in plan and state`),
  }),
  containerRule({
    id: "C28",
    title: "No default or placeholder as a secret",
    source: "files of Langfuse and Dify",
    levels: WHEN_STRICT,
    check: ({ env }) => env.filter(isSecretName).flatMap(weakness),
  }),
  containerRule({
    id: "C29",
    title: "TLS is verified",
    source: "checkov",
    levels: ALWAYS,
    check: ({ env }) =>
      env
        .filter(({ name, value }) => OFF_SWITCHES[name]?.test(value ?? "") === true)
        .map(({ name, value }) => `does not verify TLS: ${name}=${value}`),
  }),
];
