/** `node killed-run.ts <what to do, as JSON>`: one run of the engine that kills itself at a point, if it comes there. */
import { type CrashPoint, dieAt } from "./crash-points.ts";
import { carryOut, type CrashRun, checkpointOf } from "./crash-options.ts";

// What the test wrote, and nobody else.
const { run, point } = JSON.parse(process.argv[2] ?? "") as {
  readonly run: CrashRun;
  readonly point?: CrashPoint;
};
// A limit on the size of files is told by a signal too, a full disk is not.
process.on("SIGXFSZ", () => undefined);
if (point !== undefined) dieAt(point, checkpointOf(run));
const result = await carryOut(run);
if (result.outcome !== "succeeded") {
  console.error(JSON.stringify(result.diagnostics));
  process.exitCode = 1;
}
