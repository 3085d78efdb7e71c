import { resolve, sep } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { deployUpload } from "../deploy.ts";
import { envelope } from "../envelope.ts";
import { mayManage } from "../identity.ts";
import type { Platform } from "../platform.ts";
import { notFound, Problem } from "../../../lib/problem.ts";
import {
  changeStatus,
  findUpload,
  STATUSES,
  uploadsBy,
  uploadView,
  versionsOf,
  type UploadDocument,
} from "../uploads.ts";

const Status = z.object({
  upload_id: z.string().optional(),
  status: z.enum(STATUSES),
  step: z.string().max(2000).nullish(),
  error: z.string().max(20_000).nullish(),
  url: z.string().max(2000).nullish(),
});
const NewStatus = Status.extend({ upload_id: z.string() });
const Deploy = z.object({ agent_name: z.string(), agent_path: z.string().optional() });
const Rollback = z.object({ version: z.string().optional() });

const MOST_LISTED = 500;

interface ByName {
  readonly Params: { readonly name: string };
}

export function deploymentRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, identity } = platform;

  /** Versions of an agent that the caller may change, not only use. */
  const ownVersions = async (name: string, authorization?: string): Promise<readonly UploadDocument[]> => {
    const user = await identity.user(authorization);
    const versions = (await versionsOf(db(), name)).filter(({ owner_id }) => mayManage(user, owner_id));
    if (versions.length === 0) throw notFound("uploaded agent");
    return versions;
  };

  app.get("/user/upload-agents", async ({ headers }) => {
    const user = await identity.user(headers.authorization);
    const uploads = (await uploadsBy(db(), user.subject_id)).slice(0, MOST_LISTED);
    return envelope(uploads.map(uploadView), `${uploads.length} uploads`);
  });

  app.get<{ Params: { id: string } }>("/upload-status/:id", async ({ headers, params }) => {
    const user = await identity.user(headers.authorization);
    const upload = await findUpload(db(), params.id);
    if (upload === undefined || !mayManage(user, upload.owner_id)) throw notFound("upload");
    return envelope(uploadView(upload), "Upload found");
  });

  app.get<ByName>("/upload-status/agent/:name/latest", async ({ headers, params }) => {
    const [latest] = await ownVersions(params.name, headers.authorization);
    if (latest === undefined) throw notFound("upload");
    return envelope(uploadView(latest), "Upload found");
  });

  app.post("/upload-status", async ({ headers, body }) => {
    identity.service(headers.authorization);
    const { upload_id, ...status } = NewStatus.parse(body);
    return envelope(uploadView(await change(upload_id, status)), "Status changed");
  });

  app.put<ByName>("/upload-status/agent/:name/latest", async ({ headers, params, body }) => {
    identity.service(headers.authorization);
    const { upload_id, ...status } = Status.parse(body);
    const [latest] = await versionsOf(db(), params.name);
    const id = upload_id ?? latest?.upload_id;
    if (id === undefined) throw notFound("upload");
    return envelope(uploadView(await change(id, status)), "Status changed");
  });

  app.get<ByName>("/agents/:name/versions", async ({ headers, params }) => {
    const versions = await ownVersions(params.name, headers.authorization);
    return envelope(versions.map(uploadView), `${versions.length} versions`);
  });

  app.post("/orchestration/deploy", async ({ headers, body }, reply) => {
    const wanted = Deploy.parse(body);
    const versions = await ownVersions(wanted.agent_name, headers.authorization);
    const upload = wanted.agent_path === undefined ? versions[0] : at(versions, wanted.agent_path);
    if (upload === undefined)
      throw new Problem(400, "agent_path is no version of this agent that was uploaded");
    await deployUpload(platform, upload);
    return reply.code(202).send(envelope(uploadView(upload), "Deployment started", 202));
  });

  app.post<ByName>("/agents/:name/rollback", async ({ headers, params, body }, reply) => {
    const { version } = Rollback.parse(body ?? {});
    const versions = await ownVersions(params.name, headers.authorization);
    const upload = version === undefined ? before(versions) : versions.find((one) => one.version === version);
    if (upload === undefined)
      throw new Problem(
        404,
        version === undefined ? "There is no older version" : "There is no such version",
      );
    await deployUpload(platform, upload);
    return reply.code(202).send(envelope(uploadView(upload), `Rolling back to ${upload.version}`, 202));
  });

  const at = (versions: readonly UploadDocument[], path: string): UploadDocument | undefined => {
    const wanted = resolve(platform.agentsRoot, path);
    if (!wanted.startsWith(`${platform.agentsRoot}${sep}`)) return undefined;
    return versions.find((one) => one.path === wanted);
  };

  /** What the worker refuses is found where refusals of this API are. */
  const noteFailure = async ({ agent_name, owner_id }: UploadDocument, error: string): Promise<void> => {
    // Behind the first line stand the last ones of a build or of an agent, which may hold anything.
    const [reason = ""] = error.split("\n", 1);
    const refused = { action: "upload.failed", target: agent_name, status: 422, reason };
    await identity.noteRefusal({ subject_id: owner_id }, refused);
  };

  const change = async (
    id: string,
    { status, step, error, url }: Omit<z.output<typeof Status>, "upload_id">,
  ): Promise<UploadDocument> => {
    const more = { step: step ?? null, error: error ?? null, url: url ?? null };
    const upload = await changeStatus(db(), id, { status, ...more });
    if (upload === undefined) throw notFound("upload");
    if (status === "failed") {
      // Refused by the worker before any version was accepted: the name is free again.
      await identity.release(upload.agent_name);
      await noteFailure(upload, error ?? "");
    }
    return upload;
  };
}

/** The version that was uploaded before the one that is served now, or before the newest when none is. */
export function before(versions: readonly UploadDocument[]): UploadDocument | undefined {
  const served = versions.findIndex(({ status }) => status === "active");
  return versions.slice(served === -1 ? 1 : served + 1).find(({ status }) => status !== "failed");
}
