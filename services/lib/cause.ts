/** Why a call failed, in a few words for a log or an answer. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "no answer in time";
  // Node gathers the failures of all addresses in an error without a message of its own.
  return error.message === "" && "code" in error ? String(error.code) : error.message;
}
