import { requireService, tokenOf } from "./bearer.ts";

/** A user, as every mode of authentication tells about one. */
export interface User {
  readonly subject_id: string;
  readonly username: string;
  readonly email: string;
  readonly is_super_user: boolean;
  /** What they showed, to ask on their behalf; never part of an answer. */
  readonly token: string;
}

/** What a search finds of a user. */
export interface FoundUser {
  readonly user_id: string;
  readonly username: string;
  readonly email: string;
}

/** An answer of the auth service that is passed on. */
export interface Passed {
  readonly status: number;
  readonly body: unknown;
}

/** Something that somebody tried and was refused. */
export interface RefusedTry {
  /** @example "upload.refused" */
  readonly action: string;
  /** What it was about, e.g. an agent's name. */
  readonly target: string;
  /** Status of the answer. */
  readonly status: number;
  /** A sentence, never a secret. */
  readonly reason: string;
}

/** Who calls, and what they may see and do. The one place that knows of authentication modes. */
export interface Identity {
  readonly mode: "simple" | "enterprise";
  /** @throws Problem 401 when nobody can be told from the header, 503 when nobody can be asked */
  user(authorization: string | undefined): Promise<User>;
  /** Lets the platform's own services pass. @throws Problem 401 without a token, 403 with another */
  service(authorization: string | undefined): void;
  /** Agents that the user may use: ids, or all there are. */
  agentsOf(user: User): Promise<"all" | readonly string[]>;
  /** Everybody whom the user can find by a search. */
  users(user: User): Promise<readonly FoundUser[]>;
  /** How many users the platform's services can find. */
  countUsers(): Promise<number>;
  /**
   * Keeps an agent's name for the user, before it is there; theirs to call it is once the worker has accepted it.
   * @throws Problem 409 when it is somebody else's, or the stack's
   */
  own(user: User, agent: string): Promise<void>;
  /**
   * The worker runs the agent: it is its owner's to call now.
   * @throws Problem 409 when it is somebody else's, or the stack's
   */
  accept(agent: string, ownerId: string | undefined): Promise<void>;
  /** Sets a name free that was kept for an agent which the worker never accepted. */
  release(agent: string): Promise<void>;
  /** Forgets whose an agent is, and who else may use it. */
  disown(agent: string): Promise<void>;
  /** @throws Problem 401, 403, 409 */
  register(user: User, wanted: unknown): Promise<Passed>;
  /** Has a line of it in the audit trail, where there is one. Never rejects: the refusal itself stands. */
  noteRefusal(user: Pick<User, "subject_id">, refused: RefusedTry): Promise<void>;
  /** Whether users can be asked for now. */
  healthy(): Promise<boolean>;
}

/** Only its owner and super users change an agent; who may use it may not. */
export const mayManage = (user: User, ownerId: string | undefined): boolean =>
  user.is_super_user || user.subject_id === ownerId;

const DEFAULT_USER = {
  subject_id: "default-user",
  username: "admin",
  email: "admin@localhost",
  is_super_user: true,
};

/** Mode `simple`: whoever sends a token is the default user, and may use everything. */
export function simpleIdentity(serviceToken: string): Identity {
  const { subject_id: user_id, username, email } = DEFAULT_USER;
  const nobodyRegisters = {
    status: "skipped",
    message: "In mode simple there is one user, and nobody registers",
    mode: "simple",
  };
  return {
    mode: "simple",
    user: (authorization) => {
      const token = tokenOf(authorization);
      return Promise.resolve({ ...DEFAULT_USER, token });
    },
    service: (authorization) => requireService(authorization, serviceToken),
    agentsOf: () => Promise.resolve("all"),
    users: () => Promise.resolve([{ user_id, username, email }]),
    countUsers: () => Promise.resolve(0),
    own: () => Promise.resolve(),
    accept: () => Promise.resolve(),
    release: () => Promise.resolve(),
    disown: () => Promise.resolve(),
    // The one user's tries are in the log.
    noteRefusal: () => Promise.resolve(),
    register: () => Promise.resolve({ status: 200, body: nobodyRegisters }),
    healthy: () => Promise.resolve(true),
  };
}
