import type { Platform } from "./platform.ts";
import { Problem } from "../../lib/problem.ts";
import { changeStatus, versionsOf, type UploadDocument } from "./uploads.ts";

/**
 * Hands a version to the worker.
 * @throws Problem 503 when it cannot be handed over; the upload is marked as failed then
 */
export async function deployUpload(
  { db, queue, identity, log }: Platform,
  upload: UploadDocument,
): Promise<void> {
  const { upload_id, agent_name, path, owner_id } = upload;
  const versions = await versionsOf(db(), agent_name);
  const command = versions.length > 1 ? "update_agent" : "deploy_agent";
  await changeStatus(db(), upload_id, { status: "queued" });
  try {
    await queue.send({ command, agent_name, agent_path: path, owner_id, upload_id });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    log("error", "work could not be handed to the worker", { agent: agent_name, error: text });
    await changeStatus(db(), upload_id, { status: "failed", error: "Redis does not answer" });
    await identity.release(agent_name);
    throw new Problem(503, "The upload was stored, but not deployed: Redis does not answer", {
      more: { upload_id },
    });
  }
}
