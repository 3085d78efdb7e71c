import { connect, type PeerCertificate } from "node:tls";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CHECKS } from "../../cli/features/verify/checks.ts";
import { type Outcome, TestStack } from "./support/test-stack.ts";

interface Verified {
  readonly ok: boolean;
  readonly checks: readonly { readonly id: string; readonly ok: boolean; readonly came: string }[];
}

/** What the table of modes asks for. */
const SERVICES = { NASIKO_SERVICES: "kong-service-registry,nasiko-backend", NASIKO_GATEWAY_TLS: "true" };

let stack: TestStack;
let firstUp: Outcome;

beforeAll(async () => {
  stack = await TestStack.create("e2e-verify");
  stack.copyAgent("translator");
  firstUp = await stack.nasiko(["local", "up", "--yes"], SERVICES);
}, 600_000);
afterAll(() => stack.remove());

const failing = ({ checks }: Verified): readonly string[] =>
  checks.filter(({ ok }) => !ok).map(({ id }) => id);

/** The certificate that a server presents, whoever signed it. */
const certificateAt = (port: number): Promise<PeerCertificate> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.end();
    });
    socket.once("error", reject);
  });

describe("a stack in mode simple", () => {
  test("comes up", () => {
    expect(firstUp, firstUp.stderr).toMatchObject({ exitCode: 0 });
  });

  test("keeps what its mode promises", async () => {
    const verified = await stack.json<Verified>(["local", "verify"], SERVICES);
    expect(failing(verified)).toEqual([]);
    expect(verified.ok).toBe(true);
  });

  test("does not keep what mode enterprise promises, row by row", async () => {
    const outcome = await stack.nasiko(["local", "verify", "--mode", "enterprise", "--json"], SERVICES);
    expect(outcome.exitCode).toBe(23);
    // The command answers with exactly this.
    const verified = JSON.parse(outcome.stdout) as Verified;
    const ofEnterprise = CHECKS.filter(({ mode }) => mode === "enterprise").map(({ id }) => id);
    expect(failing(verified)).toEqual(ofEnterprise);
  });

  test.each([
    ["user", "list"],
    ["user", "add", "alice", "--show-secrets"],
    ["access", "list", "translator"],
    ["whoami"],
  ])("has no users to manage: %s %s", async (...words) => {
    const outcome = await stack.nasiko([...words, "--json"], SERVICES);
    expect(outcome.exitCode).toBe(61);
    expect(outcome.stdout).toContain("NSK-MODE-SIMPLE");
  });

  test("speaks TLS where it is asked to, with a certificate that stays", async () => {
    const port = 9443 + stack.portOffset;
    const certificate = await certificateAt(port);
    expect(certificate.subjectaltname).toContain("IP Address:127.0.0.1");
    const again = await stack.json<{ readonly changed: readonly unknown[] }>(
      ["local", "up", "--yes"],
      SERVICES,
    );
    expect(again.changed).toEqual([]);
    expect((await certificateAt(port)).fingerprint256).toBe(certificate.fingerprint256);
  });
});
