import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostCertificateFiles, readCertificates } from "../../../../cli/engine-host/images/certificates.ts";
import { baseIdentity, BASE_RECIPES } from "../../../../platform/images/base-recipes.ts";
import { BUILD_TIME, client, inside, prepared, Sandbox } from "./containers.ts";

describe("the bases", () => {
  const sandbox = new Sandbox();
  beforeAll(() => prepared("base-node"), BUILD_TIME);
  afterAll(() => sandbox.clean());

  test("are made once", async () => {
    const before = await client.image(baseIdentity("base-node").reference);
    expect(await prepared("base-node")).toEqual([
      { ...baseIdentity("base-debian"), outcome: "present" },
      { ...baseIdentity("base-node"), outcome: "present" },
    ]);
    expect((await client.image(baseIdentity("base-node").reference))?.Id).toBe(before?.Id);
  });

  test("say what they are, and leave no working folder", async () => {
    for (const name of ["base-debian", "base-node"] as const) {
      const { reference, hash } = baseIdentity(name);
      const image = await client.image(reference);
      expect(image?.Config.Labels).toMatchObject({ "nasiko.kind": "base", "nasiko.hash": hash });
    }
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`nasiko-base-${process.pid}`))).toEqual([]);
  });

  test("hold Node.js and npm at the versions of the recipe, and the user node", async () => {
    const container = await sandbox.run({
      image: baseIdentity("base-node").reference,
      command: ["sleep", "infinity"],
    });
    const { node, npm } = BASE_RECIPES["base-node"].versions;
    expect((await inside(container, "node --version; npm --version; npx --version; id -u node")).output).toBe(
      `v${node}\n${npm}\n${npm}\n1000\n`,
    );
  });

  test("hold Python and a pip that installs for everybody, from an index that it can trust", async () => {
    await prepared("base-python");
    const container = await sandbox.run({
      image: baseIdentity("base-python").reference,
      command: ["sleep", "infinity"],
    });
    const { python } = BASE_RECIPES["base-python"].versions;
    const about = `import ssl, sys, sysconfig; print(sys.version.split()[0].startswith("${python}."),
      sysconfig.get_path("purelib"), len(ssl.create_default_context().get_ca_certs()) > 100)`;
    expect((await inside(container, `python -c '${about}'`)).output).toBe(
      `True /usr/local/lib/python${python}/dist-packages True\n`,
    );
    expect(
      (await inside(container, "pip download --quiet --no-cache-dir --no-deps --dest /tmp six==1.17.0"))
        .output,
    ).toBe("");
    expect((await inside(container, "ls /tmp")).output).toBe("six-1.17.0-py2.py3-none-any.whl\n");
    expect((await inside(container, "echo $REQUESTS_CA_BUNDLE $PIP_CERT $SSL_CERT_FILE")).output).toBe(
      `${Array<string>(3).fill("/etc/ssl/certs/ca-certificates.crt").join(" ")}\n`,
    );
  });

  test.each([
    ["base-node-20", "node --version", "v20."],
    ["base-node-22", "node --version", "v22."],
    ["base-python-3.13", "python --version; python -m pip --version", "Python 3.13."],
    ["base-golang-1.25", "go version", "go version go1.25."],
  ] as const)("%s has the version that it is for", async (name, command, version) => {
    await prepared(name);
    const { reference } = baseIdentity(name);
    const container = await sandbox.run({ image: reference, command: ["sleep", "infinity"] });
    const { exitCode, output } = await inside(container, command);
    expect([exitCode, output.slice(0, version.length)]).toEqual([0, version]);
  });

  test("trust the certificate authorities they were given", async () => {
    const container = await sandbox.run({
      image: baseIdentity("base-node").reference,
      command: ["sleep", "infinity"],
    });
    const known = `node -e '
      const { X509Certificate } = require("crypto");
      for (const pem of require("tls").getCACertificates("system"))
        console.log(new X509Certificate(pem).fingerprint256.replaceAll(":", "").toLowerCase().slice(0, 16));'`;
    for (const { id } of readCertificates(hostCertificateFiles()))
      expect((await inside(container, `${known} | grep -q ${id}`)).exitCode, id).toBe(0);
    expect((await inside(container, `${known} | grep -q ${"0".repeat(16)}`)).exitCode).toBe(1);
  });

  test("have package lists of the security updates, and no caches", async () => {
    const container = await sandbox.run({
      image: baseIdentity("base-debian").reference,
      command: ["sleep", "infinity"],
    });
    expect((await inside(container, "cat /etc/apt/sources.list.d/security.list")).output).toContain(
      "bookworm-security",
    );
    expect((await inside(container, "find /var/lib/apt/lists /var/cache/apt -type f | wc -l")).output).toBe(
      "0\n",
    );
  });
});
