import { randomUUID } from "node:crypto";

import { type AgentCard, type Part, Role, type SendMessageRequest, TaskState } from "@a2a-js/sdk";
import {
  type Client,
  ClientFactory,
  DefaultAgentCardResolver,
  JsonRpcTransportFactory,
} from "@a2a-js/sdk/client";

const legacyCompat = { enabled: true };

/** The client of npm's A2A SDK, for agents of A2A 0.3 and 1.0; it goes where the agent's card says. */
export function clientFor(url: string): Promise<Client> {
  const factory = new ClientFactory({
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the SDK does not export that class
    transports: [new JsonRpcTransportFactory({ legacyCompat })],
    cardResolver: new DefaultAgentCardResolver({ legacyCompat }),
  });
  return factory.createFromUrl(url);
}

/** What an agent answered. */
export interface Answer {
  readonly text: string;
  /** Of its task; undefined when the answer is a message. */
  readonly state: string | undefined;
}

export async function ask(client: Client, text: string): Promise<Answer> {
  const result = await client.sendMessage(request(text));
  if ("status" in result) {
    const { state = TaskState.UNRECOGNIZED, message } = result.status ?? {};
    return { text: textOf(message?.parts ?? []), state: TaskState[state] };
  }
  return { text: textOf("parts" in result ? result.parts : []), state: undefined };
}

/** The texts of the messages in a streamed answer. */
export async function askStreaming(client: Client, text: string): Promise<readonly string[]> {
  const texts: string[] = [];
  for await (const { payload } of client.sendMessageStream(request(text)))
    if (payload?.$case === "message") texts.push(textOf(payload.value.parts));
  return texts;
}

export const cardOf = (client: Client): Promise<AgentCard> => client.getAgentCard();

const textOf = (parts: readonly Part[]): string =>
  parts.map(({ content }) => (content?.$case === "text" ? content.value : "")).join("");

const request = (value: string): SendMessageRequest => ({
  tenant: "",
  configuration: undefined,
  metadata: undefined,
  message: {
    messageId: randomUUID(),
    contextId: "",
    taskId: "",
    role: Role.ROLE_USER,
    parts: [
      { content: { $case: "text", value }, metadata: undefined, filename: "", mediaType: "text/plain" },
    ],
    metadata: undefined,
    extensions: [],
    referenceTaskIds: [],
  },
});
