import { createHash } from "node:crypto";

import { z } from "zod";

import { EngineError } from "../../../engine/errors/define-error.ts";
import type { FindRegistryAuth, RegistryAuth } from "../../../engine/providers/docker/registry-auth.ts";
import { familiarName, parseReference } from "../../../engine/formats/image-reference.ts";
import { type Challenge, readChallenge } from "./challenge.ts";
import { apiUrl, publishLoginNeeded, publishRefused, registrySilent } from "./errors.ts";
import { INDEX_TYPES, MANIFEST_TYPES } from "./image-index.ts";

/** Milliseconds that a registry may take for one answer. */
const PATIENCE = 30_000;
/** Bytes of the largest answer that is read: registries themselves take no larger manifest. */
const LARGEST = 4 * 1024 * 1024;

/** What stands behind a tag. */
export interface Manifest {
  /** Of its bytes, "sha256:…". */
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  readonly content: unknown;
}

/** What the engine has no call for: to look at a tag's manifest, and to write an index of several platforms. */
export interface RegistryClient {
  /**
   * @param reference registry, path and tag
   * @returns undefined when there is no such tag
   * @throws NSK-PUBLISH-UNREACHABLE, NSK-PUBLISH-LOGIN, NSK-PUBLISH-REFUSED
   */
  manifest(reference: string): Promise<Manifest | undefined>;
  /** @returns the digest. @throws as `manifest` does */
  putManifest(reference: string, mediaType: string, content: unknown): Promise<string>;
}

const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** @param auth logins, as `docker login` keeps them */
export function registryClient(auth: FindRegistryAuth): RegistryClient {
  return {
    manifest: async (reference) => {
      const answer = await send(auth, reference, {
        headers: { Accept: [...INDEX_TYPES, ...MANIFEST_TYPES].join(", ") },
      });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw refusal(reference, answer);
      const mediaType = (answer.headers.get("Content-Type") ?? "").split(";")[0]?.trim() ?? "";
      const { body } = answer;
      return { digest: digestOf(body), mediaType, size: body.length, content: jsonOf(body) };
    },
    putManifest: async (reference, mediaType, content) => {
      const body = JSON.stringify(content);
      const answer = await send(auth, reference, {
        method: "PUT",
        headers: { "Content-Type": mediaType },
        body,
      });
      if (answer.status !== 201) throw refusal(reference, answer);
      return digestOf(Buffer.from(body));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Asks without a login first, as Docker does, and answers what the registry then wants to know. */
async function send(auth: FindRegistryAuth, reference: string, init: RequestInit): Promise<Answer> {
  const { registry, repository, tag = "latest" } = parseReference(reference);
  const path = familiarName(repository).replace(`${registry}/`, "");
  const url = new URL(`${path}/manifests/${tag}`, apiUrl(registry));
  const first = await request(registry, url, init);
  if (first.status !== 401) return first;
  const login = await loginOf(auth, registry);
  const challenge = readChallenge(first.headers.get("WWW-Authenticate"));
  const authorization = await authorize(registry, challenge, login, `repository:${path}:pull,push`);
  const second = await request(registry, url, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), Authorization: authorization },
  });
  if (second.status === 401 || second.status === 403) throw loginRefused(registry, login);
  return second;
}

/** A login that cannot be read is none for a registry that asks for one, and the reason is told. */
async function loginOf(auth: FindRegistryAuth, registry: string): Promise<RegistryAuth | undefined> {
  try {
    return await auth(registry);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw publishLoginNeeded({ registry, reason: error.message }, error);
  }
}

/** @returns the header `Authorization` */
async function authorize(
  registry: string,
  challenge: Challenge | undefined,
  login: RegistryAuth | undefined,
  scope: string,
): Promise<string> {
  if (challenge === undefined)
    throw publishLoginNeeded({ registry, reason: "It asks for a kind of login that Docker does not have." });
  const basic = basicOf(login);
  if (challenge.kind === "basic") {
    if (basic === undefined) throw loginRefused(registry, undefined);
    return basic;
  }
  const { realm, service } = challenge;
  const answer = await request(registry, ...tokenRequest(realm, service, scope, login, basic));
  const token = Token.safeParse(jsonOf(answer.body));
  const value = token.success ? (token.data.token ?? token.data.access_token) : undefined;
  if (answer.status !== 200 || value === undefined) throw loginRefused(registry, login);
  return `Bearer ${value}`;
}

function tokenRequest(
  realm: URL,
  service: string,
  scope: string,
  login: RegistryAuth | undefined,
  basic: string | undefined,
): readonly [URL, RequestInit] {
  if (login?.identitytoken !== undefined)
    return [
      realm,
      {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token: login.identitytoken,
          client_id: "nasiko",
          service,
          scope,
        }),
      },
    ];
  const url = new URL(realm);
  url.searchParams.set("service", service);
  url.searchParams.set("scope", scope);
  return [url, basic === undefined ? {} : { headers: { Authorization: basic } }];
}

const basicOf = (login: RegistryAuth | undefined): string | undefined =>
  login?.username === undefined
    ? undefined
    : `Basic ${Buffer.from(`${login.username}:${login.password ?? ""}`).toString("base64")}`;

const loginRefused = (registry: string, login: RegistryAuth | undefined): Error =>
  publishLoginNeeded({
    registry,
    reason:
      login === undefined
        ? "Docker's config on this machine has no login for it."
        : `It refuses the login of ${login.username ?? "this machine"}, or that one may not write there.`,
  });

async function request(registry: string, url: URL, init: RequestInit): Promise<Answer> {
  try {
    const answer = await fetch(url, { ...init, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    const { status, headers } = answer;
    const body = await bodyOf(answer);
    if (status < 500) return { status, headers, body };
    throw registrySilent({ registry, reason: `It answers ${status}.` });
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException || error instanceof RangeError))
      throw error;
    const { cause } = error;
    throw registrySilent({ registry, reason: cause instanceof Error ? cause.message : error.message }, error);
  }
}

/** @throws RangeError for an answer that is too large for a registry's */
async function bodyOf(answer: Response): Promise<Buffer> {
  if (answer.body === null) return Buffer.alloc(0);
  const stream: AsyncIterable<Uint8Array> = answer.body;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > LARGEST) throw new RangeError(`Its answer is larger than ${LARGEST / 1024 / 1024} MB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function refusal(reference: string, { status, body }: Answer): Error {
  const { registry } = parseReference(reference);
  if (status === 401 || status === 403) return loginRefused(registry, undefined);
  const text = body.toString("utf8").replaceAll(/\s+/g, " ").slice(0, 300);
  return publishRefused({ reference, registry, reason: `The registry answers ${status}: ${text}` });
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
