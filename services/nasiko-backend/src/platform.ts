import type { Db } from "mongodb";
import type { Identity } from "./identity.ts";
import type { BaseRules } from "../../lib/dockerfile/allowed-bases.ts";
import type { Quota } from "./quota.ts";
import type { Log } from "../../lib/log.ts";
import type { Queue } from "./queue.ts";
import type { Store } from "./store.ts";

/** Everything that the routes work with. */
export interface Platform {
  /** @throws Error while MongoDB is not connected */
  readonly db: () => Db;
  readonly databaseAnswers: () => Promise<boolean>;
  readonly queue: Queue;
  readonly store: Store;
  readonly identity: Identity;
  /** Brings the registry in step with what is served. */
  readonly discover: () => Promise<void>;
  readonly chatUrl: string | undefined;
  readonly agentsRoot: string;
  /** What an upload may stand on. */
  readonly bases: BaseRules;
  readonly quota: Quota;
  readonly log: Log;
}
