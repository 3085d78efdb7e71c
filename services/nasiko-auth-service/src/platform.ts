import type { Db } from "mongodb";
import { agentPrincipal, findAgent } from "./accounts/agents.ts";
import { findUser, userPrincipal } from "./accounts/users.ts";
import type { NoteRefusal } from "./accounts/refusals.ts";
import type { GatewaySync } from "./gateway/sync.ts";
import type { Log } from "../../lib/log.ts";
import type { Memory } from "./memory.ts";
import { agentNameOf, type Principal } from "./principal.ts";
import type { Settings } from "./settings.ts";
import type { Tokens } from "./tokens.ts";

/** Everything that the routes work with. */
export interface Platform {
  /** @throws Error while MongoDB is not connected */
  readonly db: () => Db;
  readonly databaseAnswers: () => Promise<boolean>;
  readonly memory: Memory;
  readonly tokens: Tokens;
  readonly gateway: GatewaySync;
  readonly settings: Pick<Settings, "serviceToken" | "agentsSecret">;
  readonly noteRefusal: NoteRefusal;
  readonly log: Log;
}

/** Looks somebody up, quickly if possible. */
export async function findPrincipal({ db, memory }: Platform, id: string): Promise<Principal | undefined> {
  const remembered = await memory.find(id);
  if (remembered !== undefined) return remembered;
  const found = await readPrincipal(db(), id);
  if (found !== undefined) await memory.learn(found);
  return found;
}

async function readPrincipal(db: Db, id: string): Promise<Principal | undefined> {
  const agent = agentNameOf(id);
  if (agent === undefined) {
    const user = await findUser(db, { user_id: id });
    return user === null ? undefined : userPrincipal(user);
  }
  const entry = await findAgent(db, agent);
  return entry === null ? undefined : agentPrincipal(entry);
}
