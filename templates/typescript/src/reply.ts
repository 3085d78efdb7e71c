/** What the agent answers to a message. */
export function replyTo(message: string): string {
  return `${process.env["GREETING"] ?? "You said"}: ${message}`;
}
