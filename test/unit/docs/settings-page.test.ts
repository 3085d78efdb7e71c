import { parse } from "dotenv";
import { expect, test } from "vitest";

import { stalePages } from "../../../docs/generate.ts";
import { envExample } from "../../../docs/settings-page.ts";

test("generated pages are what the table of settings says; `npm run docs` makes them anew", () => {
  expect(stalePages()).toEqual([]);
});

test("a copy of the example changes nothing", () => {
  expect(parse(envExample())).toEqual({});
});
