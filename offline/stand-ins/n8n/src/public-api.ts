import { hash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { Problem } from "../../../../services/lib/problem.ts";
import type { Execution, Page, Store, Workflow } from "./store.ts";
import { planWorkflow, WorkflowDraft, type Webhook } from "./workflow.ts";

const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(250).default(100),
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .default("0")
    .transform(Number),
});
const WorkflowsQuery = ListQuery.extend({
  active: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .optional(),
});
const ExecutionsQuery = ListQuery.extend({ workflowId: z.string().optional() });

interface ById {
  readonly Params: { readonly id: string };
}

/** n8n's public API, /api/v1: workflows and executions, for whoever has the key. */
export function registerPublicApi(app: FastifyInstance, store: Store, apiKey: string | undefined): void {
  app.register(
    (api, _options, done) => {
      api.addHook("onRequest", (request, _reply, next) => next(keyProblem(request, apiKey)));

      api.get("/workflows", ({ query }) => {
        const { limit, cursor, active } = valid(WorkflowsQuery, query);
        return pageOf({ limit, offset: cursor }, (page) => store.list(page, active));
      });
      api.post("/workflows", ({ body }) => store.create(valid(WorkflowDraft, body)));
      api.get<ById>("/workflows/:id", ({ params }) => required(store.find(params.id)));
      api.put<ById>("/workflows/:id", ({ params, body }) => {
        const { active } = required(store.find(params.id));
        const draft = valid(WorkflowDraft, body);
        return placed(store.update(params.id, draft, active ? webhookOf(draft) : undefined));
      });
      api.delete<ById>("/workflows/:id", ({ params }) => required(store.delete(params.id)));
      api.post<ById>("/workflows/:id/activate", ({ params }) => {
        const draft = WorkflowDraft.parse(required(store.find(params.id)));
        return placed(store.update(params.id, draft, webhookOf(draft)));
      });
      api.post<ById>("/workflows/:id/deactivate", ({ params }) => {
        const draft = WorkflowDraft.parse(required(store.find(params.id)));
        return placed(store.update(params.id, draft, undefined));
      });

      api.get("/executions", ({ query }) => {
        const { limit, cursor, workflowId } = valid(ExecutionsQuery, query);
        return pageOf({ limit, offset: cursor }, (page) =>
          store.executions(page, workflowId).map(executionView),
        );
      });
      done();
    },
    { prefix: "/api/v1" },
  );
}

function keyProblem({ headers }: FastifyRequest, apiKey: string | undefined): Problem | undefined {
  const given = headers["x-n8n-api-key"];
  if (typeof given !== "string") return new Problem(401, "'X-N8N-API-KEY' header required");
  return apiKey !== undefined && sameText(given, apiKey) ? undefined : new Problem(401, "unauthorized");
}

/** Asks for one more than is wanted: that tells whether there is a next page. */
function pageOf<Item>(
  { limit, offset }: Page,
  list: (page: Page) => readonly Item[],
): { readonly data: readonly Item[]; readonly nextCursor: string | null } {
  const items = list({ limit: limit + 1, offset });
  return {
    data: items.slice(0, limit),
    nextCursor: items.length > limit ? String(offset + limit) : null,
  };
}

/** A run here is over when it has begun: there is nothing in it that could take time or fail. */
const executionView = ({ id, workflowId, startedAt }: Execution): Readonly<Record<string, unknown>> => ({
  id,
  workflowId,
  mode: "webhook",
  status: "success",
  finished: true,
  startedAt,
  stoppedAt: startedAt,
});

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(400, `request/${(issue?.path ?? []).join("/")} ${issue?.message ?? "is invalid"}`);
}

function required(workflow: Workflow | undefined): Workflow {
  if (workflow === undefined) throw new Problem(404, "Not Found");
  return workflow;
}

function placed(workflow: Workflow | undefined | "taken"): Workflow {
  if (workflow === "taken") throw new Problem(409, "another active workflow has the same webhook");
  return required(workflow);
}

function webhookOf(draft: WorkflowDraft): Webhook {
  const plan = planWorkflow(draft);
  if (!plan.ok) throw new Problem(400, plan.problem);
  return plan.webhook;
}

/** Takes the same time for every wrong text. */
const sameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash("sha256", a, "buffer"), hash("sha256", b, "buffer"));
