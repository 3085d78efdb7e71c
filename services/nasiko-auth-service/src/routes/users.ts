import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { forgetUser, raiseAllAgents } from "../accounts/agents.ts";
import { record, type AuditEntry } from "../accounts/audit.ts";
import {
  addUser,
  changeUser,
  deleteUser,
  findUser,
  listUsers,
  raiseAllUsers,
  userPrincipal,
  userView,
  type UserDocument,
} from "../accounts/users.ts";
import { hashSecret, newCredentials } from "../credentials.ts";
import { callerOf, principalOf, superUserOf } from "../identity.ts";
import type { Platform } from "../platform.ts";
import { agentId, type Principal } from "../principal.ts";
import { notFound, Problem } from "../../../lib/problem.ts";
import { Organization, Username } from "./words.ts";

const NewUser = z.object({
  username: Username,
  email: z.email().max(200).toLowerCase(),
  is_super_user: z.boolean().default(false),
  organization: Organization.default("default"),
});
const Check = z.object({ username: Username });

interface ById {
  readonly Params: { readonly id: string };
}

/** Who there is. Only super users change that. */
export function userRoutes(app: FastifyInstance, platform: Platform): void {
  const { db, memory, gateway } = platform;

  const audit = (
    actor: Principal,
    action: string,
    target: string,
    detail: AuditEntry["detail"] = {},
  ): Promise<void> => record(db(), { actor: actor.id, action, target, detail });

  /** Somebody else than the caller, whose credentials are not the stack's. */
  const changeable = async (id: string, actor: Principal): Promise<UserDocument> => {
    const user = await findUser(db(), { user_id: id });
    if (user === null) throw notFound("user");
    if (user.user_id === actor.id) throw new Problem(409, "Nobody takes their own access away");
    if (user.of_stack) throw new Problem(409, "This user's credentials belong to the stack's settings");
    return user;
  };
  /** Makes a change known wherever the old state could still be believed. */
  const announce = async (user: UserDocument, active = user.status === "active"): Promise<boolean> => {
    await memory.replace({ ...userPrincipal(user), active });
    return gateway.sync();
  };

  app.post("/auth/users/register", async ({ headers, body }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const { organization, ...wanted } = NewUser.parse(body);
    const credentials = newCredentials();
    const user = await addUser(db(), {
      ...wanted,
      organization,
      access_key: credentials.access_key,
      secret_hash: hashSecret(credentials.access_secret),
      of_stack: false,
    });
    if (user === undefined) throw new Problem(400, "A user with this name or address already exists");
    await audit(actor, "user.register", user.user_id, { username: user.username, organization });
    await announce(user);
    return { ...userView(user), ...credentials };
  });

  app.post("/auth/users/check", async ({ headers, body }) => {
    // Who there is, nobody finds out by asking for names, in whatever organization.
    await superUserOf(platform, headers.authorization);
    const { username } = Check.parse(body);
    return { exists: (await findUser(db(), { username })) !== null };
  });

  app.get("/auth/users", async ({ headers }) => {
    await superUserOf(platform, headers.authorization);
    return { users: (await listUsers(db())).map(userView) };
  });

  app.get<ById>("/auth/users/:id", async ({ headers, params }) => {
    const caller = await principalOf(platform, headers.authorization);
    if (!caller.is_super_user && caller.id !== params.id)
      throw new Problem(403, "Super user access required");
    const user = await findUser(db(), { user_id: params.id });
    if (user === null) throw notFound("user");
    return userView(user);
  });

  app.delete<ById>("/auth/users/:id", async ({ headers, params }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const user = await changeable(params.id, actor);
    await deleteUser(db(), user.user_id);
    const owned = await forgetUser(db(), user.user_id);
    await Promise.all(owned.map((agent) => memory.forget(agentId(agent))));
    await audit(actor, "user.delete", user.user_id, { username: user.username });
    return { success: true, gateway_in_step: await announce(user, false) };
  });

  app.post<ById>("/auth/users/:id/regenerate-credentials", async ({ headers, params }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const { user_id } = await changeable(params.id, actor);
    const credentials = newCredentials();
    const secret_hash = hashSecret(credentials.access_secret);
    const user = await changeUser(db(), user_id, { access_key: credentials.access_key, secret_hash });
    if (user === undefined) throw notFound("user");
    await audit(actor, "user.regenerate", user_id);
    await announce(user);
    return { ...userView(user), ...credentials };
  });

  app.post<ById>("/auth/tokens/revoke-user/:id", async ({ headers, params }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const { user_id } = await changeable(params.id, actor);
    const user = await changeUser(db(), user_id, { status: "revoked" });
    if (user === undefined) throw notFound("user");
    await audit(actor, "user.revoke", user_id);
    return { success: true, user: userView(user), gateway_in_step: await announce(user) };
  });

  app.post<ById>("/auth/users/:id/reinstate", async ({ headers, params }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const { user_id } = await changeable(params.id, actor);
    const user = await changeUser(db(), user_id, { status: "active" });
    if (user === undefined) throw notFound("user");
    await audit(actor, "user.reinstate", user_id);
    return { success: true, user: userView(user), gateway_in_step: await announce(user) };
  });

  app.post("/auth/emergency/revoke-all", async ({ headers }) => {
    const actor = await superUserOf(platform, headers.authorization);
    const [users, agents] = await Promise.all([raiseAllUsers(db()), raiseAllAgents(db())]);
    await memory.forgetAll();
    await audit(actor, "emergency.revoke-all", "*");
    return { success: true, users, agents, gateway_in_step: await gateway.sync() };
  });

  app.get("/auth/system/users-for-search", async ({ headers }) => {
    const caller = await callerOf(platform, headers.authorization);
    const everybody = caller.kind === "service" || caller.principal.is_super_user;
    const users = await listUsers(
      db(),
      everybody
        ? { status: "active" }
        : { status: "active", organization: caller.principal.organization ?? "" },
    );
    return { users: users.map(({ user_id, username, email }) => ({ user_id, username, email })) };
  });
}
