import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";

import { expect, test } from "vitest";

import { certificateAt } from "../../../../../cli/features/verify/certificate-at.ts";
import { selfSigned } from "../../../../../platform/tls/self-signed.ts";

test("the certificate that the gateway makes itself is a server's, for two years", async () => {
  const { certificate, key } = selfSigned("a seed", ["127.0.0.1"], new Date());
  const server = createServer({ cert: certificate, key });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  try {
    expect(await certificateAt(`https://127.0.0.1:${port}/`)).toEqual({ isAuthority: false, days: 730 });
  } finally {
    server.close();
  }
});
