import type { Answer, Check, Finding, Question } from "./check.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const message = (body: unknown): string => {
  const said = isRecord(body) ? (body["message"] ?? body["detail"]) : undefined;
  return typeof said === "string" ? ` ${JSON.stringify(said)}` : "";
};

/** What came, for people: status, message, and who answered. Never a body: secrets could be in it. */
export const describeAnswer = ({ status, body, atGateway }: Answer): string =>
  `${status}${message(body)}${atGateway ? ", from the gateway" : ""}`;

export const finding = (ok: boolean, ...answers: readonly Answer[]): Finding => ({
  ok,
  came: answers.map(describeAnswer).join("; "),
});

/** Names that are shown of a long list. */
const SHOWN = 10;

/** Passes when there is nothing to show; else names what there is. */
export const none = (found: readonly string[]): Finding => {
  const more = found.length > SHOWN ? [`and ${found.length - SHOWN} more`] : [];
  return {
    ok: found.length === 0,
    came: found.length === 0 ? "none" : [...found.slice(0, SHOWN), ...more].join(", "),
  };
};

/** Asks one question and compares the answer. */
export const asks =
  (question: Question, isRight: (answer: Answer) => boolean): Check["look"] =>
  async ({ ask }) => {
    const answer = await ask(question);
    return finding(isRight(answer), answer);
  };

/** Answered by the service behind the gateway with this status. */
export const behind =
  (status: number, holds: (body: unknown) => boolean = () => true) =>
  (answer: Answer): boolean =>
    answer.status === status && !answer.atGateway && holds(answer.body);

/** Refused by the gateway itself with this status: the service behind it was not asked. */
export const atGateway =
  (status: number) =>
  (answer: Answer): boolean =>
    answer.status === status && answer.atGateway;

/** Ids of the agents in a list of the backend's; undefined when it is none. */
export function agentsIn(body: unknown): readonly string[] | undefined {
  const data: unknown = isRecord(body) ? body["data"] : undefined;
  if (!Array.isArray(data)) return undefined;
  return data.flatMap((entry: unknown) => {
    const id = isRecord(entry) ? (entry["id"] ?? entry["agent_id"]) : undefined;
    return typeof id === "string" ? [id] : [];
  });
}

/** A field of an answer, or of the `data` that some answers wrap theirs in. */
export function fieldOf(body: unknown, name: string): unknown {
  if (!isRecord(body)) return undefined;
  const { data } = body;
  return body[name] ?? (isRecord(data) ? data[name] : undefined);
}
