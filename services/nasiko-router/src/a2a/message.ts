import { isObject, isText, type JsonObject } from "../../../lib/json.ts";
import type { Protocol } from "../../../../engine/formats/a2a/call.ts";

/** A file that travels with a message. */
export interface Attachment {
  readonly name: string;
  /** E.g. "image/png". */
  readonly type: string;
  readonly content: Buffer;
}

/** What a user says to an agent. */
export interface Outgoing {
  readonly id: string;
  /** Conversation that it belongs to. */
  readonly context: string | undefined;
  readonly text: string;
  readonly files: readonly Attachment[];
}

/** One JSON-RPC call, and the headers that it needs. */
export interface Call {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject;
}

const METHODS = {
  "0.3": { send: "message/send", get: "tasks/get" },
  "1.0": { send: "SendMessage", get: "GetTask" },
} as const;

const call = (protocol: Protocol, id: string, method: "send" | "get", params: JsonObject): Call => ({
  headers: protocol === "0.3" ? {} : { "a2a-version": protocol },
  body: { jsonrpc: "2.0", id, method: METHODS[protocol][method], params },
});

/** The call that hands a message to an agent and waits for what it says. */
export function sendCall(protocol: Protocol, { id, context, text, files }: Outgoing): Call {
  const older = protocol === "0.3";
  const parts = [
    older ? { kind: "text", text } : { text },
    ...files.map(({ name, type, content }) => {
      const bytes = content.toString("base64");
      return older
        ? { kind: "file", file: { name, mimeType: type, bytes } }
        : { raw: bytes, filename: name, mediaType: type };
    }),
  ];
  const message = {
    ...(older ? { kind: "message", role: "user" } : { role: "ROLE_USER" }),
    messageId: id,
    ...(context === undefined ? {} : { contextId: context }),
    parts,
  };
  const patience = older ? { blocking: true } : {};
  const configuration = { acceptedOutputModes: ["text/plain", "application/json"], ...patience };
  return call(protocol, id, "send", { message, configuration });
}

/** The call that asks how a task stands. */
export const taskCall = (protocol: Protocol, id: string, task: string): Call =>
  call(protocol, id, "get", { id: task });

/** What an agent answered. */
export type AgentAnswer =
  | { readonly kind: "said"; readonly text: string }
  /** It is still at work, under this id. */
  | { readonly kind: "working"; readonly task: string; readonly text: string }
  | { readonly kind: "failed"; readonly reason: string };

const failed = (reason: string): AgentAnswer => ({ kind: "failed", reason });

/** States in which an agent goes on without being told anything, in the words of both versions. */
const AT_WORK = new Set(["submitted", "working", "unspecified"]);
const GIVEN_UP = new Set(["failed", "canceled", "cancelled", "rejected"]);

/** Reads the answer to a call, in the words of either version of A2A. */
export function readAnswer(status: number, body: unknown): AgentAnswer {
  if (!isObject(body)) return failed(`the agent answers ${status} without JSON-RPC`);
  const { error, result, message } = body;
  if (isObject(error))
    return failed(isText(error["message"]) ? error["message"] : "the agent reports an error");
  if (!isObject(result)) {
    const said = isText(message) ? `: ${message}` : "";
    return failed(`the agent answers ${status} without a result${said}`);
  }
  const task = isObject(result["task"]) ? result["task"] : result;
  return isObject(task["status"]) ? readTask(task, task["status"]) : readMessage(result);
}

function readMessage(result: JsonObject): AgentAnswer {
  const text = textOf(isObject(result["message"]) ? result["message"] : result);
  return text === "" ? failed("the agent's answer holds nothing that can be shown") : { kind: "said", text };
}

function readTask(task: JsonObject, status: JsonObject): AgentAnswer {
  const state = isText(status["state"]) ? status["state"].toLowerCase().replace(/^task_state_/, "") : "";
  const artifacts: readonly unknown[] = Array.isArray(task["artifacts"]) ? task["artifacts"] : [];
  const produced = artifacts
    .map(textOf)
    .filter((text) => text !== "")
    .join("\n\n");
  const remark = textOf(status["message"]);
  if (GIVEN_UP.has(state)) return failed(remark === "" ? `the agent's task was ${state}` : remark);
  if (AT_WORK.has(state)) {
    const id = task["id"];
    return isText(id) ? { kind: "working", task: id, text: remark } : failed("the agent's task has no id");
  }
  const text = produced === "" ? remark : produced;
  return text === "" ? failed(`the agent's task is ${state}, and says nothing`) : { kind: "said", text };
}

/** The parts of a message or an artifact as text; files are named, data is shown as JSON. */
function textOf(holder: unknown): string {
  if (!isObject(holder) || !Array.isArray(holder["parts"])) return "";
  const parts: readonly unknown[] = holder["parts"];
  return parts
    .filter(isObject)
    .map((part) => {
      const { text, data } = part;
      if (isText(text)) return text;
      if (data !== undefined) return JSON.stringify(data);
      const file = isObject(part["file"]) ? part["file"]["name"] : part["filename"];
      return isText(file) ? `[file ${file}]` : "";
    })
    .filter((text) => text !== "")
    .join("\n");
}
