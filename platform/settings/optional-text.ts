import { z } from "zod";

import { defineSetting, type Setting } from "./define-setting.ts";

export type OptionalText = Setting<string | undefined>;

/** A setting of a stack that is any text, or nothing. @param allowed what it is, in words, e.g. "a key" */
export const optionalText = (env: string, allowed: string, help: string): OptionalText =>
  defineSetting({
    env,
    stackConfig: true,
    schema: z.string().optional(),
    default: undefined,
    allowed,
    help,
  });
