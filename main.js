// What the Pulumi CLI starts. The program is index.ts; an old Node cannot read it and would say so with a stack trace,
// which is why this file is JavaScript and asks first.
import process from "node:process";

import { RunError } from "@pulumi/pulumi";

if (!process.features.typescript)
  throw new RunError(
    `Nasiko needs Node 22.18 or newer, which runs TypeScript as it is; this is ${process.version}.\n→ https://nodejs.org/en/download`,
  );

/** The outputs of index.ts: of a module with a default export the Pulumi CLI takes that one. */
export default await import("./index.ts");
