/** What a command came to; the shell prints it as text or as one JSON document. */
export interface CommandResult {
  readonly exitCode: number;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}
