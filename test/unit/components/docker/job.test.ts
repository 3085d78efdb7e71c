import { expect, test } from "vitest";

import { requireSuccess } from "../../../../components/docker/job.ts";

const end = { job: "kong-migrations", container: "nasiko-local-kong-migrations" };

test("only exit code 0 is a job well done", () => {
  expect(() => requireSuccess({ ...end, exitCode: 0 })).not.toThrow();
  expect(() => requireSuccess({ ...end, exitCode: 3 })).toThrow(
    "The job kong-migrations ended with exit code 3.",
  );
});
