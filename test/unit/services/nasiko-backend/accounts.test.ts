import { MongoServerError, type Document } from "mongodb";
import { describe, expect, test } from "vitest";
import { ensureAccount, type MongoAccount } from "../../../../services/nasiko-backend/src/accounts.ts";

const ACCOUNT: MongoAccount = {
  user: "nasiko-chat-history",
  password: "0123456789abcdef",
  database: "chats",
  collections: ["chat_sessions", "chat_messages"],
};

/** As much of MongoDB as there is to users and roles, with its own numbers for what is there already. */
class Admin {
  readonly asked: Document[] = [];
  readonly #there = new Set<string>();

  readonly command = (asked: Document): Promise<Document> => {
    this.asked.push(asked);
    const [name = ""] = Object.keys(asked);
    const kind = name.replace(/^(?:create|update)/, "");
    if (name.startsWith("create") && this.#there.has(kind))
      return Promise.reject(new MongoServerError({ code: kind === "Role" ? 51_002 : 51_003, errmsg: "" }));
    this.#there.add(kind);
    return Promise.resolve({ ok: 1 });
  };
}

describe("a service's account", () => {
  test("has one role, with rights on the service's own collections and on nothing else", async () => {
    const admin = new Admin();
    await ensureAccount(admin, ACCOUNT);
    const [role, user] = admin.asked;
    expect(role).toMatchObject({ createRole: "nasiko-chat-history", roles: [] });
    expect(role?.["privileges"]).toEqual(
      ["chat_sessions", "chat_messages"].map((collection) => ({
        resource: { db: "chats", collection },
        actions: expect.not.arrayContaining(["dropCollection", "anyAction"]) as unknown,
      })),
    );
    expect(user).toEqual({
      createUser: "nasiko-chat-history",
      pwd: "0123456789abcdef",
      roles: [{ role: "nasiko-chat-history", db: "admin" }],
      mechanisms: ["SCRAM-SHA-256"],
    });
  });

  test("that is there already gets back the password and the rights that it shall have", async () => {
    const admin = new Admin();
    await ensureAccount(admin, ACCOUNT);
    admin.asked.splice(0);
    await ensureAccount(admin, { ...ACCOUNT, password: "fedcba9876543210" });
    expect(admin.asked.map((asked) => Object.keys(asked)[0])).toEqual([
      "createRole",
      "updateRole",
      "createUser",
      "updateUser",
    ]);
    expect(admin.asked.at(-1)).toMatchObject({ pwd: "fedcba9876543210" });
  });

  test("that MongoDB refuses is no account: the job fails with its reason", async () => {
    const refusal = new MongoServerError({ code: 13, errmsg: "not authorized" });
    const admin = { command: () => Promise.reject(refusal) };
    await expect(ensureAccount(admin, ACCOUNT)).rejects.toBe(refusal);
  });
});
