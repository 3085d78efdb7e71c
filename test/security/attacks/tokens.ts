import { createHmac, generateKeyPairSync, sign } from "node:crypto";

import { expect } from "vitest";

import { defineAttacks } from "../support/attack.ts";
import type { Question, World } from "../support/world.ts";

const AGENTS = "/api/v1/registry/user/agents";

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Claims of a token that the gateway takes. */
const claimsOf = (token: string): Readonly<Record<string, unknown>> =>
  // A token is three parts by contract, its second an object.
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Record<string, unknown>;

/** Neither gateway nor auth service takes it, and both take the one that it was made from. */
async function refused(world: World, forged: string): Promise<string> {
  const honest = await world.ask({ path: AGENTS, token: await world.superUser() });
  expect(honest.status, honest.text).toBe(200);
  const atGateway = await world.ask({ path: AGENTS, token: forged });
  const atAuth = await world.ask({ path: "/auth/users", token: forged });
  expect([atGateway.status, atAuth.status], forged).toEqual([401, 401]);
  return "401 from the gateway and from the auth service";
}

/** Tokens that nobody gave out. */
export const TOKEN_ATTACKS = defineAttacks([
  {
    id: "JWT",
    name: "jwt_unsigned",
    modes: ["enterprise"],
    run: async (world) => {
      const [header = "", payload = ""] = (await world.superUser()).split(".");
      const { kid, ...rest } = JSON.parse(Buffer.from(header, "base64url").toString()) as {
        readonly kid?: string;
      };
      for (const alg of ["none", "None", "NONE", "nOnE", ""])
        await refused(world, `${encoded({ ...rest, kid, alg })}.${payload}.`);
      return refused(world, `${header}.${payload}.`);
    },
  },
  {
    id: "JWT",
    name: "jwt_alg_confusion",
    modes: ["enterprise"],
    run: async (world) => {
      const token = await world.superUser();
      const claims = claimsOf(token);
      for (const alg of ["HS256", "HS384", "HS512"])
        for (const key of ["", "secret", ...Object.values(claims).map((claim) => JSON.stringify(claim))]) {
          const signed = `${encoded({ alg, typ: "JWT" })}.${encoded(claims)}`;
          const hash = `sha${alg.slice(2)}`;
          await refused(world, `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`);
        }
      return "401 for every algorithm and every key that is known";
    },
  },
  {
    id: "JWT",
    name: "jwt_own_key",
    modes: ["enterprise"],
    run: async (world) => {
      const claims = claimsOf(await world.superUser());
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const jwk = publicKey.export({ format: "jwk" });
      const headers: readonly Readonly<Record<string, unknown>>[] = [
        { alg: "RS256", jwk },
        { alg: "RS256", jku: "http://127.0.0.1:8080/keys" },
        { alg: "RS256", x5u: "http://127.0.0.1:8080/keys" },
        { alg: "RS256", kid: "../../../../dev/null" },
        { alg: "RS256", crit: ["exp"], kid: "' OR 1=1 --" },
      ];
      for (const header of headers) {
        const signed = `${encoded({ typ: "JWT", ...header })}.${encoded(claims)}`;
        await refused(
          world,
          `${signed}.${sign("sha256", Buffer.from(signed), privateKey).toString("base64url")}`,
        );
      }
      for (const kid of ["../../../../dev/null", "/proc/sys/kernel/randomize_va_space"]) {
        const signed = `${encoded({ alg: "HS256", kid })}.${encoded(claims)}`;
        await refused(world, `${signed}.${createHmac("sha256", "").update(signed).digest("base64url")}`);
      }
      return "401: a key that the token brings along opens nothing";
    },
  },
  {
    id: "JWT",
    name: "jwt_elsewhere",
    modes: ["enterprise"],
    run: async (world) => {
      const token = await world.superUser();
      await refused(world, "x");
      const without: readonly Question[] = [
        { path: `${AGENTS}?jwt=${token}` },
        { path: `${AGENTS}?access_token=${token}&token=${token}` },
        { path: AGENTS, headers: { cookie: `jwt=${token}; token=${token}` } },
        { path: AGENTS, headers: { "proxy-authorization": `Bearer ${token}` } },
        { path: AGENTS, headers: { "x-authorization": `Bearer ${token}`, "x-access-token": token } },
        { path: AGENTS, headers: { authorization: `Basic ${Buffer.from(`x:${token}`).toString("base64")}` } },
        { path: AGENTS, headers: { authorization: `Token ${token}` } },
        { path: AGENTS, headers: { authorization_: `Bearer ${token}` } },
      ];
      for (const question of without) {
        const told = await world.ask(question);
        expect(told.status, `${question.path.slice(0, 60)}: ${told.text}`).toBe(401);
      }
      return `${without.length} places where a token would end up in logs or in other hands: none counts`;
    },
  },
  {
    id: "JWT",
    name: "jwt_changed_claims",
    modes: ["enterprise"],
    run: async (world) => {
      const [header = "", , signature = ""] = (await world.user("eve")).token.split(".");
      const own = claimsOf((await world.user("eve")).token);
      const root = claimsOf(await world.superUser());
      await refused(world, `${header}.${encoded({ ...own, sub: root["sub"] })}.${signature}`);
      return refused(world, `${header}.${encoded(root)}.${signature}`);
    },
  },
]);
