import { PassThrough } from "node:stream";

import { createOutput } from "../../../cli/render/output.ts";
import { createContext } from "../../../cli/stack/context.ts";
import { superuserOf, type Credentials } from "../../../cli/stack/state/superuser.ts";
import type { TestStack } from "./test-stack.ts";

/** The super user of a stack's secret output. @throws Error when the stack has none */
export async function superuser(stack: TestStack): Promise<Credentials> {
  const idle = new AbortController().signal;
  const context = createContext({
    options: { stack: stack.name },
    environment: stack.environment(),
    output: createOutput({
      ...{ json: true, events: false, quiet: true, environment: {} },
      ...{ stdout: new PassThrough(), stderr: new PassThrough() },
    }),
    interruption: { cancel: idle, terminate: idle },
  });
  const found = await superuserOf(context);
  if (found === undefined) throw new Error("the stack has no super user");
  return found;
}
