import { expect, test } from "vitest";

import { declareImage } from "../../../../components/docker/image.ts";
import type { PulledImage } from "../../../../platform/blueprint/images.ts";
import { declaredBy } from "./mocks.ts";

const image: PulledImage = {
  kind: "pulled",
  name: "redis",
  reference: "redis:7.4.11-alpine",
  shortHash: "0123456789abcdef",
  origin: "public",
  verified: false,
};

test("a pulled image is declared under its literal name, and is kept", async () => {
  let reference: string | undefined;
  const declared = await declaredBy(() => {
    declareImage(image.name, image, "linux/amd64", {}).apply((value) => (reference = value));
  });
  expect(declared.filter(({ type }) => type.startsWith("docker:"))).toMatchObject([
    {
      type: "docker:index/remoteImage:RemoteImage",
      name: "redis",
      inputs: { name: "redis:7.4.11-alpine", keepLocally: true },
    },
  ]);
  expect(reference).toBe("redis:7.4.11-alpine");
});
