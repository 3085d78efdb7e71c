/** Somebody who can hold a token: a user or an agent. */
export interface Principal {
  /** The user's id, or `agent:<name>`. */
  readonly id: string;
  readonly kind: "user" | "agent";
  /** Tokens of an earlier generation are void. */
  readonly generation: number;
  readonly active: boolean;
  readonly username: string;
  readonly email: string;
  readonly is_super_user: boolean;
  /** Users and agents of different organizations do not see each other; null: of all of them. */
  readonly organization: string | null;
}

const AGENT_PREFIX = "agent:";

/** @example agentId("translator") // "agent:translator" */
export const agentId = (name: string): string => AGENT_PREFIX + name;

/** The name of an agent from its id; undefined for a user's id. */
export const agentNameOf = (id: string): string | undefined =>
  id.startsWith(AGENT_PREFIX) ? id.slice(AGENT_PREFIX.length) : undefined;

/** What names a principal's present credential, at the gateway and in tokens. @example "agent:translator:3" */
export const credentialKey = ({ id, generation }: Pick<Principal, "id" | "generation">): string =>
  `${id}:${generation}`;

/** Reads a credential's name back; undefined when it is none. */
export function parseCredentialKey(
  key: string,
): { readonly id: string; readonly generation: number } | undefined {
  const [, id, generation] = /^((?:agent:)?[a-z0-9-]{1,64}):(\d{1,15})$/.exec(key) ?? [];
  return id === undefined ? undefined : { id, generation: Number(generation) };
}
