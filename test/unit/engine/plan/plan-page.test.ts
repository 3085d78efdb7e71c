import { format } from "prettier";
import { expect, test } from "vitest";

import { planPage } from "./plan-page.ts";

test("docs/PLAN.md says what the tables say (npx vitest -u writes it anew)", async () => {
  const page = await format(planPage(), { parser: "markdown", printWidth: 110 });
  await expect(page).toMatchFileSnapshot("../../../../docs/PLAN.md");
});
