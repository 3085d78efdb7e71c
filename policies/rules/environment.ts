import type { EnvFact } from "../facts/facts.ts";
import { ALWAYS, containerRule, WHEN_STRICT } from "./rule.ts";

const SECRET_NAME = /(?:PASSWORD|PASSWD|TOKEN|SECRET|API_KEY|PRIVATE_KEY|ENCRYPTION_KEY|CREDENTIALS)$/;

/** Values that everybody knows. */
const PLACEHOLDERS = new Set([
  "admin",
  "changeme",
  "change-me",
  "default",
  "difyai123456",
  "example",
  "guest",
  "minioadmin",
  "mysecret",
  "password",
  "postgres",
  "root",
  "secret",
  "test",
]);
const SHORTEST_SECRET = 16;

const OFF_SWITCHES: Readonly<Record<string, RegExp>> = {
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
  GIT_SSL_NO_VERIFY: /./,
  PYTHONHTTPSVERIFY: /^0$/,
  CURL_INSECURE: /./,
  NPM_CONFIG_STRICT_SSL: /^false$/i,
};

const isSecretName = ({ name }: EnvFact): boolean => SECRET_NAME.test(name);

function weakness({ name, value }: EnvFact): readonly string[] {
  if (value === undefined || value === "") return [];
  if (PLACEHOLDERS.has(value.toLowerCase())) return [`${name} is a value that everybody knows`];
  if (/^(.)\1*$/.test(value)) return [`${name} is one character over and over`];
  return value.length < SHORTEST_SECRET ? [`${name} is shorter than ${SHORTEST_SECRET} characters`] : [];
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
