import type { CollectionName, Collections, Entity } from "../entities/collection.ts";
import fastify, { type FastifyInstance, type FastifyRequest, type HTTPMethods } from "fastify";
import type { Log } from "../lib/log.ts";
import { parseForm } from "../schema/form.ts";
import { isObject } from "../../../../../services/lib/json.ts";
import { SERVER_TOKEN } from "../lib/version.ts";
import type { Given, Operations } from "./operations.ts";
import { parsePage, toPage, type Page } from "./page.ts";
import { AdminProblem, methodNotAllowed, notFound, unexpected } from "./problem.ts";

export interface AdminContext {
  readonly collections: Collections;
  readonly operations: Readonly<Record<CollectionName, Operations>>;
  /** Makes the proxy work from what is stored now; a change is live when this has returned. */
  readonly apply: () => Promise<void>;
  readonly home: () => unknown;
  readonly status: () => Promise<unknown>;
  readonly log: Log;
}

interface Params {
  readonly key: string;
  readonly parent: string;
}
type Query = Readonly<Record<string, string | undefined>>;

function queryOf(request: FastifyRequest): Query {
  // A parameter that is given twice counts with its first value, as in Kong.
  const entries = isObject(request.query) ? Object.entries(request.query) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return [name, typeof first === "string" ? first : undefined];
    }),
  );
}

function givenOf(request: FastifyRequest, extra: Readonly<Record<string, unknown>> = {}): Given {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const body = request.body ?? {};
  if (!isObject(body)) throw new AdminProblem(400, { message: "Cannot parse JSON body" });
  return { input: { ...body, ...extra }, isForm };
}

const ALL: readonly HTTPMethods[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

type Handler = (request: FastifyRequest<{ Params: Params }>) => Promise<{
  readonly status: number;
  readonly body?: unknown;
}>;

/** Declares the methods of a path; all others are answered as Kong does. */
function addPath(app: FastifyInstance, url: string, handlers: Partial<Record<HTTPMethods, Handler>>): void {
  for (const method of ALL) {
    const handler = handlers[method];
    app.route<{ Params: Params }>({
      method,
      url,
      handler: async (request, reply) => {
        if (handler === undefined) throw methodNotAllowed();
        const { status, body } = await handler(request);
        return reply.code(status).send(body);
      },
    });
  }
}

async function required(operations: Operations, key: string): Promise<Entity> {
  const entity = await operations.find(key);
  if (entity === undefined) throw notFound();
  return entity;
}

/** A collection's paths: by itself, and below a parent. */
const pathsOf = (
  context: AdminContext,
  name: CollectionName,
): { readonly own: string; readonly nested: string } =>
  context.collections[name].paths ?? { own: name, nested: name };

/** `/services` and `/services/{name or id}`. */
function addCollection(app: FastifyInstance, context: AdminContext, name: CollectionName): void {
  const operations = context.operations[name];
  const { own } = pathsOf(context, name);
  const list = async (query: Query): Promise<Page<Entity>> => {
    const page = parsePage(query);
    return toPage(await operations.list(page), page, `/${own}`, query);
  };
  addPath(app, `/${own}`, {
    GET: async (request) => ({ status: 200, body: await list(queryOf(request)) }),
    POST: async (request) => {
      const entity = await operations.create(givenOf(request));
      await context.apply();
      return { status: 201, body: entity };
    },
  });
  addPath(app, `/${own}/:key`, {
    GET: async ({ params }) => ({ status: 200, body: await required(operations, params.key) }),
    PATCH: async (request) => {
      const entity = await operations.update(request.params.key, givenOf(request));
      await context.apply();
      return { status: 200, body: entity };
    },
    PUT: async (request) => {
      const entity = await operations.upsert(request.params.key, givenOf(request));
      await context.apply();
      return { status: 200, body: entity };
    },
    DELETE: async ({ params }) => {
      await operations.remove(params.key);
      await context.apply();
      return { status: 204 };
    },
  });
}

interface Nesting {
  readonly child: CollectionName;
  readonly field: string;
  readonly parent: CollectionName;
}

function referencedId(entity: Entity, field: string): string | undefined {
  const reference: unknown = Reflect.get(entity, field);
  return isObject(reference) && typeof reference["id"] === "string" ? reference["id"] : undefined;
}

/** E.g. `/services/{s}/routes`, `/services/{s}/routes/{r}` and `/routes/{r}/service`. */
function addNested(app: FastifyInstance, context: AdminContext, { child, field, parent }: Nesting): void {
  const operations = context.operations[child];
  const parents = context.operations[parent];
  const { own, nested } = pathsOf(context, child);
  const below = `/${parent}/:parent/${nested}`;
  const ofParent = async ({
    parent: parentKey,
    key,
  }: Params): Promise<{ readonly id: string; readonly in: string }> => {
    const owner = await required(parents, parentKey);
    const entity = await operations.find(key, { field, id: owner.id });
    if (entity === undefined) throw notFound();
    return { id: entity.id, in: owner.id };
  };
  addPath(app, below, {
    GET: async (request) => {
      const query = queryOf(request);
      const page = parsePage(query);
      const owner = await required(parents, request.params.parent);
      const found = await operations.list(page, { field, id: owner.id });
      return {
        status: 200,
        body: toPage(found, page, `/${parent}/${request.params.parent}/${nested}`, query),
      };
    },
    POST: async (request) => {
      const owner = await required(parents, request.params.parent);
      const entity = await operations.create(givenOf(request, { [field]: { id: owner.id } }));
      await context.apply();
      return { status: 201, body: entity };
    },
  });
  addPath(app, `${below}/:key`, {
    GET: async ({ params }) => ({
      status: 200,
      body: await required(operations, (await ofParent(params)).id),
    }),
    PATCH: async (request) => {
      const { id } = await ofParent(request.params);
      const entity = await operations.update(id, givenOf(request));
      await context.apply();
      return { status: 200, body: entity };
    },
    PUT: async (request) => {
      const owner = await required(parents, request.params.parent);
      const given = givenOf(request, { [field]: { id: owner.id } });
      const entity = await operations.upsert(request.params.key, given, { field, id: owner.id });
      await context.apply();
      return { status: 200, body: entity };
    },
    DELETE: async ({ params }) => {
      await operations.remove((await ofParent(params)).id);
      await context.apply();
      return { status: 204 };
    },
  });
  addPath(app, `/${own}/:key/${field}`, {
    GET: async ({ params }) => {
      const id = referencedId(await required(operations, params.key), field);
      if (id === undefined) throw notFound();
      return { status: 200, body: await required(parents, id) };
    },
  });
}

/** Errors of the framework about a body, in Kong's words. */
function asProblem(error: unknown): AdminProblem | undefined {
  if (error instanceof AdminProblem) return error;
  const status: unknown = isObject(error) ? error["statusCode"] : undefined;
  if (status === 400) return new AdminProblem(400, { message: "Cannot parse JSON body" });
  if (status === 413) return new AdminProblem(413, { message: "Payload too large" });
  if (status === 415) return new AdminProblem(415, { message: "Unsupported media type" });
  return undefined;
}

/** The Admin API, not yet listening. */
export function createAdmin(context: AdminContext): FastifyInstance {
  const app = fastify({ bodyLimit: 10 * 1024 * 1024, routerOptions: { ignoreTrailingSlash: true } });
  app.removeContentTypeParser("text/plain");
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_, body, done) =>
    done(null, parseForm(String(body))),
  );
  // No page of another origin has any business here, so none is allowed to read an answer.
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("Server", SERVER_TOKEN);
  });
  app.setNotFoundHandler(() => {
    throw notFound();
  });
  app.setErrorHandler((error, request, reply) => {
    const known = asProblem(error);
    if (known === undefined)
      context.log(
        "error",
        `[admin] ${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`,
      );
    const problem = known ?? unexpected();
    return reply.code(problem.status).send(problem.body);
  });
  addPath(app, "/", { GET: () => Promise.resolve({ status: 200, body: context.home() }) });
  addPath(app, "/status", { GET: async () => ({ status: 200, body: await context.status() }) });
  const { services, routes, plugins, consumers, jwt_secrets, acls } = context.collections;
  for (const { name: child, references } of [services, routes, plugins, consumers, jwt_secrets, acls]) {
    addCollection(app, context, child);
    for (const { field, collection: parent } of references) addNested(app, context, { child, field, parent });
  }
  return app;
}
