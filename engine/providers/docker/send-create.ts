import { OutcomeUnknown } from "../../core/provider.ts";

/** Codes of a connection that never came about: nothing was asked of the engine. */
const NEVER_SENT = new Set(["EACCES", "ECONNREFUSED", "ENOENT", "ENOTFOUND"]);

/**
 * Runs a request that makes an object.
 * @throws OutcomeUnknown when it was sent and no answer came: the engine may make the object all the same
 */
export async function sendCreate<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request();
  } catch (thrown) {
    throw isConnectionLost(thrown) ? new OutcomeUnknown(thrown) : thrown;
  }
}

function isConnectionLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = "code" in thrown ? thrown.code : undefined;
  // Our own error for it says so by its code, and what Node said is its cause.
  if (code === "NSK-ENGINE-UNREACHABLE") return isConnectionLost(thrown.cause);
  return typeof code === "string" && code.startsWith("E") && !NEVER_SENT.has(code);
}
