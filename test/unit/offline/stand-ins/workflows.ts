type Parameters = Readonly<Record<string, unknown>>;

interface Node {
  readonly name: string;
  readonly type: string;
  readonly parameters: Parameters;
}

export const WEBHOOK = (parameters: Parameters): Node => ({
  name: "Webhook",
  type: "n8n-nodes-base.webhook",
  parameters: { path: "greet", responseMode: "responseNode", ...parameters },
});

export const RESPOND = (parameters: Parameters): Node => ({
  name: "Respond",
  type: "n8n-nodes-base.respondToWebhook",
  parameters: { respondWith: "json", responseBody: '{"ok":true}', ...parameters },
});

/** A webhook at "greet" and what answers it, as n8n's editor would save them. */
export const answering = (
  respond: Parameters,
  webhook: Parameters = {},
): {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly connections: Parameters;
  readonly settings: Parameters;
} => ({
  name: "Greeting",
  nodes: [WEBHOOK(webhook), RESPOND(respond)],
  connections: { Webhook: { main: [[{ node: "Respond", type: "main", index: 0 }]] } },
  settings: {},
});
