import { Agent, request } from "undici";
import type { KongCall } from "./entity-plan.ts";
import { isObject, isText, parseJson, type JsonObject } from "../../lib/json.ts";
import { COLLECTIONS, type Collection, type KongEntity, type KongState } from "./kong-entities.ts";

/** `degraded`: Kong serves, but has no database, so that nothing can be changed. */
export type KongHealth = "healthy" | "degraded" | "unreachable";

/** What is asked of Kong's Admin API. */
export interface KongClient {
  /** Never rejects. @param patience milliseconds after which no answer means unreachable */
  health(patience: number): Promise<KongHealth>;
  /** Everything that Kong holds. */
  read(): Promise<KongState>;
  /** @throws Error with Kong's own words when it refuses */
  apply(call: KongCall): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE = 5000;
const PAGE = 1000;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function createKongClient(url: string): KongClient {
  const dispatcher = new Agent({
    connect: { timeout: PATIENCE },
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  const ask = async (
    method: "GET" | "PUT" | "DELETE",
    path: string,
    options: { readonly body?: string; readonly signal?: AbortSignal } = {},
  ): Promise<Answer> => {
    const headers = options.body === undefined ? {} : { "content-type": "application/json" };
    const { statusCode, body } = await request(`${url}${path}`, { method, dispatcher, headers, ...options });
    const text = await body.text();
    return { status: statusCode, body: text === "" ? undefined : parseJson(text) };
  };

  const list = async (collection: Collection): Promise<readonly KongEntity[]> => {
    const entities: KongEntity[] = [];
    let path: string | undefined = `/${collection}?size=${PAGE}`;
    while (path !== undefined) {
      const { status, body }: Answer = await ask("GET", path);
      if (status !== 200 || !isObject(body) || !Array.isArray(body["data"])) {
        throw new Error(`Kong answers ${status} for its ${collection}: ${messageOf(body)}`);
      }
      const data: readonly unknown[] = body["data"];
      entities.push(...data.filter(isObject).map(readEntity));
      path = isText(body["offset"])
        ? `/${collection}?size=${PAGE}&offset=${encodeURIComponent(body["offset"])}`
        : undefined;
    }
    return entities;
  };

  return {
    health: async (patience) => {
      try {
        const { status, body } = await ask("GET", "/status", {
          signal: AbortSignal.timeout(patience),
        });
        const database = isObject(body) ? body["database"] : undefined;
        return status === 200 && isObject(database) && database["reachable"] === true
          ? "healthy"
          : "degraded";
      } catch {
        // Refused, reset, too slow: whatever it is, Kong cannot be talked to.
        return "unreachable";
      }
    },
    read: async () => {
      const [services, plugins, routes] = await Promise.all(COLLECTIONS.map(list));
      return { services: services ?? [], plugins: plugins ?? [], routes: routes ?? [] };
    },
    apply: async (call) => {
      const path = `/${call.collection}/${call.id}`;
      const options = call.method === "PUT" ? { body: JSON.stringify(call.body) } : {};
      const { status, body } = await ask(call.method, path, options);
      if (status >= 200 && status < 300) return;
      throw new Error(`Kong answers ${status} to ${call.method} ${path}: ${messageOf(body)}`);
    },
    close: () => dispatcher.destroy(),
  };
}

function messageOf(body: unknown): string {
  return isObject(body) && isText(body["message"]) ? body["message"] : "no message";
}

function readEntity(fields: JsonObject): KongEntity {
  const tags: readonly unknown[] = Array.isArray(fields["tags"]) ? fields["tags"] : [];
  return {
    id: isText(fields["id"]) ? fields["id"] : "",
    name: isText(fields["name"]) ? fields["name"] : undefined,
    tags: tags.filter(isText),
    serviceId: reference(fields["service"]),
    routeId: reference(fields["route"]),
    fields,
  };
}

function reference(value: unknown): string | undefined {
  return isObject(value) && isText(value["id"]) ? value["id"] : undefined;
}
