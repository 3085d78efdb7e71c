import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { selfSigned } from "../../../../platform/tls/self-signed.ts";

const run = promisify(execFile);
const has = (program: string): boolean => spawnSync(program, ["version"]).error === undefined;

let folder: string;
let file: string;
let server: Server;
let url: string;
const pair = selfSigned("a-seed-of-this-test-0123456789abcdef", ["localhost", "127.0.0.1"], new Date());

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "nasiko-trust-"));
  file = join(folder, "gateway.crt");
  writeFileSync(file, pair.certificate);
  server = createServer({ cert: pair.certificate, key: pair.key }, (_, response) => response.end("gateway"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("who was told to trust the gateway's own certificate", () => {
  test("reaches the gateway with Node, which refuses it otherwise", async () => {
    const script = `fetch(${JSON.stringify(url)}).then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`;
    const ask = (env: Readonly<Record<string, string>>): Promise<{ readonly stdout: string }> =>
      run(process.execPath, ["-e", script], { env: { PATH: process.env["PATH"] ?? "", ...env } });
    expect((await ask({ NODE_EXTRA_CA_CERTS: file })).stdout.trim()).toBe("gateway");
    expect((await ask({})).stdout.trim()).not.toBe("gateway");
  });

  test.skipIf(!has("curl"))("reaches it with curl", async () => {
    expect((await run("curl", ["--silent", "--noproxy", "*", "--cacert", file, url])).stdout).toBe("gateway");
  });

  test.skipIf(!has("openssl"))("believes nothing that its key has signed for other names", async () => {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at("gateway.key"), pair.key);
    const openssl = (...args: readonly string[]): Promise<unknown> => run("openssl", args);
    await openssl(
      ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bank.example"],
      ...["-keyout", at("bank.key"), "-out", at("bank.csr")],
    );
    await openssl(
      ...["x509", "-req", "-in", at("bank.csr"), "-CA", file, "-CAkey", at("gateway.key")],
      ...["-set_serial", "7", "-days", "30", "-out", at("bank.crt")],
    );
    await expect(openssl("verify", "-CAfile", file, file)).resolves.toBeDefined();
    await expect(openssl("verify", "-CAfile", file, at("bank.crt"))).rejects.toThrow(
      /invalid CA|error 79|error 24/,
    );
  });
});
