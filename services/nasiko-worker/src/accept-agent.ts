import { z } from "zod";
import type { DeployCommand } from "./command.ts";
import { PermanentFailure } from "./failure.ts";
import type { Settings } from "./settings.ts";

/** Milliseconds within which the auth service answers. */
const PATIENCE = 10_000;

const Accepted = z.object({ access_secret: z.string().nullable() });
const Refused = z.object({ detail: z.string() });

/**
 * Tells the auth service that this agent is good to run, which makes it its owner's to call.
 * @returns the secret that the agent proves itself with; undefined where agents have none
 * @throws PermanentFailure when the name is somebody else's
 */
export async function acceptAgent(
  { authUrl, serviceToken }: Pick<Settings, "authUrl" | "serviceToken">,
  { agent_name, owner_id }: Pick<DeployCommand, "agent_name" | "owner_id">,
): Promise<string | undefined> {
  if (authUrl === undefined) return undefined;
  const query = owner_id === "" ? "" : `?${new URLSearchParams({ owner_id }).toString()}`;
  const response = await fetch(`${authUrl}/auth/agents/${agent_name}/accept${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${serviceToken}` },
    signal: AbortSignal.timeout(PATIENCE),
  });
  const body: unknown = await response.json();
  if (response.status === 200) return Accepted.parse(body).access_secret ?? undefined;
  const reason = Refused.safeParse(body).data?.detail ?? "it gives no reason";
  if (response.status === 409) throw new PermanentFailure(`agent ${agent_name} cannot run: ${reason}`);
  throw new Error(`the auth service answers ${response.status}: ${reason}`);
}
