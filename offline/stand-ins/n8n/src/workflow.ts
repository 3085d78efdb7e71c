import { z } from "zod";

const Node = z.looseObject({
  name: z.string().min(1),
  type: z.string().min(1),
  disabled: z.boolean().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
});

const Target = z.looseObject({ node: z.string() });

/** What a client writes: the fields of n8n's public API. */
export const WorkflowDraft = z.object({
  name: z.string().min(1),
  nodes: z.array(Node),
  /** By the name of the node where they start. */
  connections: z.record(z.string(), z.looseObject({ main: z.array(z.array(Target).nullable()).optional() })),
  settings: z.record(z.string(), z.unknown()).default({}),
});
export type WorkflowDraft = z.output<typeof WorkflowDraft>;
type Node = z.output<typeof Node>;

/** What a webhook answers; the workflow says it, word by word. */
export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: "application/json; charset=utf-8" | "text/plain; charset=utf-8" | undefined;
  readonly body: string;
}

export interface Webhook {
  readonly method: string;
  /** Without slashes at its ends. */
  readonly path: string;
  readonly answer: WebhookAnswer;
}

/** A workflow that the stand-in can run, or why it cannot. */
export type Plan =
  { readonly ok: true; readonly webhook: Webhook } | { readonly ok: false; readonly problem: string };

const WEBHOOK = "n8n-nodes-base.webhook";
const RESPOND = "n8n-nodes-base.respondToWebhook";
const NOTE = "n8n-nodes-base.stickyNote";
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;

/**
 * What running a workflow means here: one webhook, and at most one node that answers it with a fixed text. Everything
 * else is refused by name rather than run halfway.
 */
export function planWorkflow({ nodes, connections }: WorkflowDraft): Plan {
  const active = nodes.filter((node) => node.disabled !== true && node.type !== NOTE);
  const foreign = active.find(({ type }) => type !== WEBHOOK && type !== RESPOND);
  if (foreign !== undefined) return no(`it cannot run nodes of type ${foreign.type} ("${foreign.name}")`);
  const [webhook, ...moreWebhooks] = active.filter(({ type }) => type === WEBHOOK);
  const [respond, ...moreResponds] = active.filter(({ type }) => type === RESPOND);
  if (webhook === undefined || moreWebhooks.length > 0)
    return no("it runs workflows with exactly one webhook");
  if (moreResponds.length > 0) return no("it runs workflows with at most one answer");

  const trigger = readTrigger(webhook);
  if (typeof trigger === "string") return no(trigger);
  if (trigger.mode === "onReceived") return { ok: true, webhook: { ...trigger.at, answer: STARTED } };
  const follows = (connections[webhook.name]?.main ?? [])
    .flat()
    .some((target) => target?.node === respond?.name);
  if (respond === undefined || !follows) return no(`nothing answers the webhook "${webhook.name}"`);
  const answer = readAnswer(respond);
  return typeof answer === "string" ? no(answer) : { ok: true, webhook: { ...trigger.at, answer } };
}

const no = (problem: string): Plan => ({ ok: false, problem: `The stand-in for n8n: ${problem}.` });

const JSON_TYPE = "application/json; charset=utf-8";
const STARTED: WebhookAnswer = {
  status: 200,
  contentType: JSON_TYPE,
  body: JSON.stringify({ message: "Workflow was started" }),
};

const TriggerParameters = z.object({
  path: z.string(),
  httpMethod: z.enum(METHODS).default("GET"),
  responseMode: z.string().default("onReceived"),
  authentication: z.string().default("none"),
});

interface Trigger {
  readonly at: { readonly method: string; readonly path: string };
  readonly mode: "onReceived" | "responseNode";
}

function readTrigger({ name, parameters }: Node): Trigger | string {
  const result = TriggerParameters.safeParse(parameters);
  if (!result.success) return `the webhook "${name}" needs a path, and one method`;
  const { httpMethod: method, responseMode, authentication } = result.data;
  const path = result.data.path.replaceAll(/^\/+|(?<!\/)\/+$/g, "");
  if (path === "" || isExpression(path) || path.split("/").some((part) => part.startsWith(":")))
    return `the path of the webhook "${name}" must be a fixed one`;
  // Running it without the protection that it asks for would open it to everybody.
  if (authentication !== "none") return `it cannot protect the webhook "${name}" with ${authentication}`;
  if (responseMode !== "onReceived" && responseMode !== "responseNode")
    return `it cannot answer the webhook "${name}" in mode ${responseMode}`;
  return { at: { method, path }, mode: responseMode };
}

const AnswerParameters = z.object({
  respondWith: z.string().default("firstIncomingItem"),
  responseBody: z.union([z.string(), z.record(z.string(), z.unknown())]).default(""),
  options: z
    .looseObject({ responseCode: z.int().min(200).max(599).default(200) })
    .default({ responseCode: 200 }),
});

function readAnswer({ name, parameters }: Node): WebhookAnswer | string {
  const result = AnswerParameters.safeParse(parameters);
  if (!result.success) return `the answer "${name}" cannot be read`;
  const { respondWith, responseBody, options } = result.data;
  const status = options.responseCode;
  const body = typeof responseBody === "string" ? responseBody : JSON.stringify(responseBody);
  if (isExpression(body)) return `it cannot compute the expression in "${name}"`;
  switch (respondWith) {
    case "json":
      return isJson(body) ? { status, contentType: JSON_TYPE, body } : `the body of "${name}" is no JSON`;
    case "text":
      return { status, contentType: "text/plain; charset=utf-8", body };
    case "noData":
      return { status, contentType: undefined, body: "" };
    default:
      return `it cannot answer with ${respondWith} ("${name}")`;
  }
}

/** n8n computes texts that begin with "=". */
const isExpression = (text: string): boolean => text.startsWith("=");

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
