import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import multipart from "@fastify/multipart";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { toAgentName } from "../agent-name.ts";
import { readAgentFolder } from "../agent-folder.ts";
import { envelope } from "../envelope.ts";
import type { Platform } from "../platform.ts";
import { Problem } from "../../../lib/problem.ts";
import type { User } from "../identity.ts";
import { findAgent } from "../agents.ts";
import { addUpload, type UploadDocument } from "../uploads.ts";
import { deployUpload } from "../deploy.ts";
import type { DockerfileRefusal } from "../../../lib/dockerfile/refusal.ts";
import { inTurn, makeRoom, removeSurplus, type InTurn } from "../quota.ts";
import { LIMITS } from "../zip/entries.ts";
import { unpack, ZipRefused } from "../zip/unpack.ts";

/** What came in the parts of the request. */
interface Received {
  readonly archive: string;
  readonly agentName: string | undefined;
}

export async function uploadRoute(app: FastifyInstance, platform: Platform): Promise<void> {
  await app.register(multipart, {
    limits: { fileSize: LIMITS.archive, files: 1, fields: 10, fieldSize: 1000, parts: 11 },
  });

  const turns = inTurn();
  app.post("/agents/upload", async (request, reply) => {
    const user = await platform.identity.user(request.headers.authorization);
    const upload = await platform.store
      .withWorkFolder((work) => receive(request, work, { user, turns, platform }))
      .catch(async (error: unknown) => {
        const status = refusedWith(error);
        if (status !== undefined) await noteRefusal(status, error, { user, platform });
        throw error;
      });
    await deployUpload(platform, upload);
    const data = {
      success: true,
      agent_name: upload.agent_name,
      status: "Setting Up",
      // The card of an agent that has none is read from the agent once it runs.
      capabilities_generated: false,
      orchestration_triggered: true,
      validation_errors: [],
      version: upload.version,
      upload_id: upload.upload_id,
    };
    return reply.code(201).send(envelope(data, "Agent uploaded", 201));
  });
}

/** Status of an answer that is the caller's fault, of ours or of the framework's; undefined for any other error. */
function refusedWith(error: unknown): number | undefined {
  const status =
    error instanceof Problem
      ? error.status
      : error instanceof Error && "statusCode" in error
        ? Number(error.statusCode)
        : 500;
  return status < 500 ? status : undefined;
}

/** What somebody tried has to be found again, whoever looks for it. */
async function noteRefusal(
  status: number,
  error: unknown,
  { user, platform: { identity, log } }: Pick<Context, "user" | "platform">,
): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  log("warn", "upload refused", { user: user.subject_id, reason });
  await identity.noteRefusal(user, { action: "upload.refused", target: "upload", status, reason });
}

interface Context {
  readonly user: User;
  readonly turns: InTurn;
  readonly platform: Platform;
}

async function receive(request: FastifyRequest, work: string, context: Context): Promise<UploadDocument> {
  const { archive, agentName } = await readParts(request, work);
  const folder = join(work, "agent");
  await mkdir(folder);
  const size = await unpack(archive, folder).catch((error: unknown) => {
    throw error instanceof ZipRefused ? refused([`The archive cannot be used: ${error.message}`]) : error;
  });
  const agent = await readAgentFolder(folder, context.platform.bases);
  const name = agentName === undefined ? agent.name : toAgentName(agentName);
  const nameProblem = name === undefined ? ["the agent has no usable name"] : [];
  if (name === undefined || agent.problems.length > 0) throw refused([...agent.problems, ...nameProblem]);
  if (agent.dockerfile !== undefined) throw forbidden(agent.dockerfile);
  // One after the other: two at once could both find the last free place.
  return context.turns(context.user.subject_id, () =>
    keep({ folder, name, version: agent.version, size }, context),
  );
}

interface Accepted {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  /** Bytes. */
  readonly size: number;
}

async function keep(
  { folder, name, version: wanted, size }: Accepted,
  { user, platform }: Context,
): Promise<UploadDocument> {
  const { db, store, identity, discover } = platform;
  // The stack's own agents have no owner among the users; their names are taken all the same.
  await discover();
  const known = await findAgent(db(), name);
  if (known?.source === "discovered" && !user.is_super_user)
    throw new Problem(409, `Agent ${name} belongs to the stack`);
  await makeRoom(user.subject_id, { agent: name, size }, platform);
  await identity.own(user, name);
  try {
    const { version, path } = await store.publish(folder, name, wanted);
    const upload = await addUpload(db(), {
      agent_name: name,
      version,
      path,
      owner_id: user.subject_id,
      size,
    });
    await removeSurplus(name, platform);
    return upload;
  } catch (error) {
    await identity.release(name);
    throw error;
  }
}

async function readParts(request: FastifyRequest, work: string): Promise<Received> {
  if (!request.isMultipart()) throw refused(["the request is not multipart/form-data"]);
  const archive = join(work, "upload.zip");
  let found = false;
  let agentName: string | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type === "file") {
        await pipeline(part.file, createWriteStream(archive, { flags: "wx", mode: 0o600 }));
        if (part.file.truncated) throw tooLarge();
        found = true;
      } else if (
        part.fieldname === "agent_name" &&
        typeof part.value === "string" &&
        part.value.trim() !== ""
      ) {
        agentName = part.value;
      }
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "FST_REQ_FILE_TOO_LARGE") throw tooLarge();
    throw error;
  }
  if (!found) throw refused(["the request holds no file"]);
  return { archive, agentName };
}

const tooLarge = (): Problem => new Problem(413, "The archive is larger than 100 MB");

/** What an upload may not do, with the place in its files. */
function forbidden({ line, reason }: DockerfileRefusal): Problem {
  const sentence = `Dockerfile:${line}: ${reason}`;
  const data = { success: false, orchestration_triggered: false, validation_errors: [sentence] };
  const place = { file: "Dockerfile", line };
  return new Problem(422, sentence, {
    more: { data, status_code: 422, message: "The upload was refused", code: "NSK-UPLOAD-DOCKERFILE", place },
  });
}

function refused(errors: readonly string[]): Problem {
  const data = { success: false, orchestration_triggered: false, validation_errors: errors };
  return new Problem(400, errors.join("; "), {
    more: { data, status_code: 400, message: "The upload was refused" },
  });
}
