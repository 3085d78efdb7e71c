import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import type { Engine, EngineAnswer } from "../engine.ts";
import { reduceContainers, reduceInspection } from "../reduce.ts";
import { checkDockerfile } from "../../../lib/dockerfile/check-dockerfile.ts";
import { checkedContext } from "./context-stream.ts";
import { decideBuild, type BuildDecision } from "./decide.ts";
import { ownLabels, type BuildMode } from "./policy.ts";
import { BadArchive } from "./tar-reader.ts";

/** Bytes of a request for a container; ours have two kilobytes. */
const LARGEST_BODY = 256 * 1024;
/** Bytes of a build context; more than an upload may unpack to, and what the archive itself takes. */
const LARGEST_CONTEXT = 512 * 1024 * 1024;
/** Milliseconds: a build may be silent while a step downloads, a push while a layer travels, a stop until the end of its grace. */
const PATIENCE = { build: 1_800_000, push: 600_000, container: 75_000 };

/** Why a request is not let through. */
export interface Denied {
  readonly denied: string;
}

export interface BuildHandlerOptions {
  readonly engine: Engine;
  readonly policy: BuildMode;
}

/** Answers one request of the build mode, or says why not. */
export type BuildHandler = (
  request: IncomingMessage,
  reply: FastifyReply,
  signal: AbortSignal,
) => Promise<FastifyReply | Denied>;

export function createBuildHandler({ engine, policy }: BuildHandlerOptions): BuildHandler {
  const refusal = (dockerfile: string): string | undefined => {
    const refused = checkDockerfile(dockerfile, policy.bases);
    return refused === undefined ? undefined : `Dockerfile:${refused.line}: ${refused.reason}`;
  };

  const pass = async (answer: EngineAnswer, reply: FastifyReply): Promise<FastifyReply> =>
    reply.code(answer.status).headers(answer.headers).send(answer.body);

  const onContainer = async (
    { lookup, method, path, reduce }: BuildDecision & { readonly kind: "container" },
    reply: FastifyReply,
    signal: AbortSignal,
  ): Promise<FastifyReply | Denied> => {
    const found = await engine.ask("GET", lookup, { signal });
    const text = await readText(found.body);
    if (found.status !== 200) return reply.code(found.status).headers(found.headers).send(text);
    const { id, labels, inspection } = reduceInspection(text);
    // The id of what was looked at: a name could mean another container by now.
    const foreign = Object.entries(ownLabels(policy.stack)).some(([name, value]) => labels[name] !== value);
    if (foreign) return { denied: "the container is not one of the worker's own" };
    if (reduce) return reply.code(200).headers(found.headers).send(inspection);
    return pass(await engine.ask(method, path(id), { signal, patience: PATIENCE.container }), reply);
  };

  return async (request, reply, signal) => {
    const isCreate = /\/containers\/create(?:\?|$)/.test(request.url ?? "");
    const body = isCreate ? await readLimited(request) : "";
    if (body === undefined) return { denied: "the body is too large" };
    const decision = decideBuild(request.method ?? "", request.url ?? "", body, policy);
    switch (decision.kind) {
      case "deny":
        return { denied: decision.reason };
      case "read": {
        const answer = await engine.ask("GET", decision.path, { signal });
        const text = await readText(answer.body);
        const reduced = decision.answer === "containers" && answer.status === 200;
        return reply
          .code(answer.status)
          .headers(answer.headers)
          .send(reduced ? reduceContainers(text) : text);
      }
      case "build":
        try {
          const checked = checkedContext(request, { largest: LARGEST_CONTEXT, refusal });
          const sent = {
            // The builder stops when the connection is given up.
            signal: AbortSignal.any([signal, AbortSignal.timeout(policy.buildSeconds * 1000)]),
            body: Readable.from(checked),
            headers: { "content-type": "application/x-tar" },
            patience: PATIENCE.build,
          };
          return await pass(await engine.ask("POST", decision.path, sent), reply);
        } catch (error) {
          if (error instanceof BadArchive) return { denied: error.message };
          throw error;
        }
      case "create": {
        const headers = { "content-type": "application/json" };
        return pass(await engine.ask("POST", decision.path, { signal, body: decision.json, headers }), reply);
      }
      case "image": {
        const push = decision.push
          ? { headers: { "x-registry-auth": registryAuth(policy) }, patience: PATIENCE.push }
          : undefined;
        return pass(await engine.ask(decision.method, decision.path, { signal, ...push }), reply);
      }
      case "container":
        return onContainer(decision, reply, signal);
    }
  };
}

/** As the engine wants it: base64 for URLs, and an empty object where there are no credentials. */
function registryAuth({ pushRegistry, pushLogin }: BuildMode): string {
  const [, username, password] = /^([^:]+):(.+)$/.exec(pushLogin ?? "") ?? [];
  const login = username === undefined ? {} : { username, password, serveraddress: pushRegistry };
  return Buffer.from(JSON.stringify(login)).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** @returns undefined when it is larger than a request for a container can be */
async function readLimited(body: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
