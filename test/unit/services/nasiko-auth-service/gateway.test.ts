import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AgentDocument } from "../../../../services/nasiko-auth-service/src/accounts/agents.ts";
import type { UserDocument } from "../../../../services/nasiko-auth-service/src/accounts/users.ts";
import {
  changesBetween,
  type Held,
  type KongCall,
} from "../../../../services/nasiko-auth-service/src/gateway/changes.ts";
import {
  consumersOf,
  type Consumer,
} from "../../../../services/nasiko-auth-service/src/gateway/consumers.ts";

const name = fc.constantFrom("a", "b", "c", "d");
const credential = fc.record({ key: fc.constantFrom("k1", "k2"), secret: fc.constantFrom("s1", "s2") });
const wanted: fc.Arbitrary<readonly Consumer[]> = fc.uniqueArray(
  fc.record({
    username: name,
    custom_id: fc.constantFrom("id1", "id2"),
    credential,
    groups: fc.uniqueArray(fc.constantFrom("g1", "g2", "g3")),
  }),
  { selector: ({ username }) => username },
);

let made = 0;

/** What Kong would hold after the calls. */
function after(held: Held, calls: readonly KongCall[]): Held {
  let { consumers, credentials, groups } = held;
  for (const { method, path, body = {} } of calls) {
    const [, username = "", nested, id] = path.slice(1).split("/");
    const consumer = consumers.find((row) => row.username === username)?.id ?? "";
    if (nested === undefined && method === "DELETE") {
      consumers = consumers.filter((row) => row.id !== consumer);
      credentials = credentials.filter((row) => row.consumer !== consumer);
      groups = groups.filter((row) => row.consumer !== consumer);
    } else if (nested === undefined) {
      consumers = [...consumers, { id: `made-${made++}`, username, custom_id: String(body["custom_id"]) }];
    } else if (method === "DELETE") {
      credentials = credentials.filter((row) => row.id !== id);
      groups = groups.filter((row) => row.id !== id);
    } else if (nested === "jwt") {
      const { key, secret, algorithm } = body as Readonly<Record<string, string>>;
      const row = { key: key ?? "", secret: secret ?? "", algorithm: algorithm ?? "" };
      credentials = [...credentials, { id: `made-${made++}`, consumer, ...row }];
    } else {
      groups = [...groups, { id: `made-${made++}`, consumer, group: String(body["group"]) }];
    }
  }
  return { consumers, credentials, groups };
}

/** Who may pass, as Kong sees it. */
const seen = ({ consumers, credentials, groups }: Held): unknown =>
  consumers
    .map(({ id, username, custom_id }) => ({
      username,
      custom_id,
      credentials: credentials
        .filter((row) => row.consumer === id)
        .map(({ key, secret }) => ({ key, secret })),
      groups: groups
        .filter((row) => row.consumer === id)
        .map(({ group }) => group)
        .toSorted(),
    }))
    .toSorted((a, b) => a.username.localeCompare(b.username));
const asSeen = (consumers: readonly Consumer[]): unknown =>
  consumers
    .map(({ username, custom_id, credential: own, groups }) => ({
      ...{ username, custom_id, credentials: [own], groups: groups.toSorted() },
    }))
    .toSorted((a, b) => a.username.localeCompare(b.username));
const EMPTY: Held = { consumers: [], credentials: [], groups: [] };

describe("the gateway's consumers", () => {
  test("are as wanted after the changes, whatever they were before, and then nothing is left to change", () => {
    fc.assert(
      fc.property(wanted, wanted, (before, now) => {
        const held = after(EMPTY, changesBetween(EMPTY, before));
        const changed = after(held, changesBetween(held, now));
        expect(seen(changed)).toEqual(asSeen(now));
        expect(changesBetween(changed, now)).toEqual([]);
      }),
    );
  });

  test("lose rights before anybody gets any", () => {
    fc.assert(
      fc.property(wanted, wanted, (before, now) => {
        const held = after(EMPTY, changesBetween(EMPTY, before));
        const methods = changesBetween(held, now).map(({ method }) => method);
        expect(methods.lastIndexOf("DELETE")).toBeLessThan(
          methods.findIndex((method) => method !== "DELETE") === -1
            ? methods.length + 1
            : methods.findIndex((method) => method !== "DELETE"),
        );
      }),
    );
  });

  test("lose a second credential and one of another algorithm", () => {
    const now: readonly Consumer[] = [
      { username: "a", custom_id: "id1", credential: { key: "k1", secret: "s1" }, groups: [] },
    ];
    const held = after(EMPTY, changesBetween(EMPTY, now));
    const [right] = held.credentials;
    if (right === undefined) throw new Error("no credential");
    const more = [
      { ...right, id: "second", key: "k9" },
      { ...right, id: "weak", algorithm: "HS384" },
    ];
    expect(changesBetween({ ...held, credentials: [...held.credentials, ...more] }, now)).toEqual([
      { method: "DELETE", path: "/consumers/a/jwt/second" },
      { method: "DELETE", path: "/consumers/a/jwt/weak" },
    ]);
  });

  test("are nobody for an agent that the worker has not accepted yet, not even its owner", () => {
    const at = new Date(0);
    const alice: UserDocument = {
      ...{ user_id: "alice", username: "alice", email: "", organization: "default", is_super_user: false },
      ...{ access_key: "", secret_hash: "", generation: 2, status: "active", of_stack: false },
      ...{ created_at: at, updated_at: at },
    };
    const claimed: AgentDocument = {
      ...{ agent_id: "claimed", owner_id: "alice", organization: null, users: [], agents: [] },
      ...{ of_stack: false, accepted: false, generation: 7, secret_generation: "g", created_at: at },
    };
    const consumers = consumersOf([alice], [claimed], () => "secret");
    expect(consumers.map(({ groups }) => groups)).toEqual([["nasiko-user"]]);
  });

  test("are active users with their agents, and agents with those they may call", () => {
    const at = new Date(0);
    const user = (user_id: string, more: Partial<UserDocument> = {}): UserDocument => ({
      ...{ user_id, username: user_id, email: "", organization: "default", is_super_user: false },
      ...{ access_key: "", secret_hash: "", generation: 2, status: "active", of_stack: false },
      ...{ created_at: at, updated_at: at },
      ...more,
    });
    const agent = (agent_id: string, more: Partial<AgentDocument> = {}): AgentDocument => ({
      ...{
        agent_id,
        owner_id: null,
        organization: null,
        users: [],
        agents: [],
        of_stack: false,
        accepted: true,
        generation: 7,
        secret_generation: "g",
        created_at: at,
      },
      ...more,
    });
    const consumers = consumersOf(
      [user("alice"), user("bob", { status: "revoked" }), user("root", { is_super_user: true })],
      [agent("one", { owner_id: "alice" }), agent("two", { users: ["alice", "bob"], agents: ["one"] })],
      (key) => `secret of ${key}`,
    );
    expect(consumers).toEqual([
      {
        ...{ username: "user-alice", custom_id: "alice" },
        credential: { key: "alice:2", secret: "secret of alice:2" },
        groups: ["nasiko-user", "agent:one", "agent:two"],
      },
      expect.objectContaining({ username: "user-root", groups: ["nasiko-user", "nasiko-super-user"] }),
      {
        ...{ username: "agent-one", custom_id: "agent:one" },
        credential: { key: "agent:one:7", secret: "secret of agent:one:7" },
        groups: ["nasiko-agent", "agent:two"],
      },
      expect.objectContaining({ username: "agent-two", groups: ["nasiko-agent"] }),
    ]);
  });
});
