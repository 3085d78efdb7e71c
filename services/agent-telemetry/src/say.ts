/** A line among the agent's own, for who reads its log. */
export function say(text: string): void {
  process.stderr.write(`nasiko telemetry: ${text.replaceAll(/\s+/g, " ")}\n`);
}
