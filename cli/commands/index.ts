import { grantAccess } from "./access/grant.ts";
import { listAccess } from "./access/list.ts";
import { revokeAccess } from "./access/revoke.ts";
import { hashAgent } from "./agent/hash.ts";
import { newAgent } from "./agent/new.ts";
import { listSecrets } from "./agent/secret/list.ts";
import { removeSecret } from "./agent/secret/remove.ts";
import { setSecret } from "./agent/secret/set.ts";
import { validateAgent } from "./agent/validate.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { diff } from "./diff.ts";
import { doctor } from "./doctor.ts";
import { env } from "./env.ts";
import { exportCompose } from "./export/compose.ts";
import { listImages } from "./images/list.ts";
import { lockImages } from "./images/lock.ts";
import { prepareImages } from "./images/prepare.ts";
import { pruneImages } from "./images/prune.ts";
import { agents } from "./local/agents.ts";
import { deployAgent } from "./local/deploy-agent.ts";
import { down } from "./local/down.ts";
import { logs } from "./local/logs.ts";
import { removeAgent } from "./local/remove-agent.ts";
import { restart } from "./local/restart.ts";
import { restore } from "./local/restore.ts";
import { rollbackAgent } from "./local/rollback-agent.ts";
import { shell } from "./local/shell.ts";
import { snapshot } from "./local/snapshot.ts";
import { snapshots } from "./local/snapshots.ts";
import { stats } from "./local/stats.ts";
import { status } from "./local/status.ts";
import { up } from "./local/up.ts";
import { urls } from "./local/urls.ts";
import { verify } from "./local/verify.ts";
import { wait } from "./local/wait.ts";
import { watch } from "./local/watch.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { preview } from "./preview.ts";
import { services } from "./services.ts";
import { setup } from "./setup.ts";
import { stacks } from "./stacks.ts";
import { addUser } from "./user/add.ts";
import { listUsers } from "./user/list.ts";
import { regenerateUser } from "./user/regenerate.ts";
import { reinstateUser } from "./user/reinstate.ts";
import { revokeUser } from "./user/revoke.ts";
import { whoami } from "./whoami.ts";
import type { Command } from "./define-command.ts";
import { ESSENTIALS, GROUPS, NAMESPACES } from "./groups.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import type { CommandLine } from "../lib/command-line/spec.ts";

/** Every command, in the order in which help, documents and completion show them. Handlers are loaded when called. */
export const COMMANDS: readonly Command[] = [
  up,
  down,
  restart,
  wait,
  setup,
  status,
  logs,
  urls,
  stats,
  shell,
  services,
  stacks,
  config,
  doctor,
  deployAgent,
  agents,
  rollbackAgent,
  removeAgent,
  watch,
  newAgent,
  validateAgent,
  hashAgent,
  setSecret,
  listSecrets,
  removeSecret,
  snapshot,
  snapshots,
  restore,
  login,
  whoami,
  logout,
  addUser,
  listUsers,
  revokeUser,
  reinstateUser,
  regenerateUser,
  grantAccess,
  revokeAccess,
  listAccess,
  listImages,
  prepareImages,
  lockImages,
  pruneImages,
  preview,
  diff,
  verify,
  exportCompose,
  env,
  completion,
];

export const COMMAND_LINE: CommandLine<Command> = {
  name: "nasiko",
  summary: "the Nasiko agent platform on your machine",
  globals: GLOBAL_OPTIONS,
  groups: GROUPS,
  essentials: ESSENTIALS,
  namespaces: NAMESPACES,
  commands: COMMANDS,
};
