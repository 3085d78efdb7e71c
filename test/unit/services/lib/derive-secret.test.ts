import { expect, test } from "vitest";
import { deriveSecret } from "../../../../platform/blueprint/derive-secret.ts";
import { gatewaySecret } from "../../../../services/lib/derive-secret.ts";

test("the worker and the registry derive the secret of an agent as the program does", () => {
  expect(gatewaySecret("of the stack", "translator")).toBe(deriveSecret("of the stack", "translator"));
});
