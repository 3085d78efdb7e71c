import protobuf from "protobufjs/light.js";
import { z } from "zod";

import { eachMessage } from "./build-output.ts";

/** Of BuildKit's StatusResponse (moby/buildkit, api/services/control/control.proto) what is told to people. */
const { Status } = protobuf.Root.fromJSON({
  nested: {
    Time: { fields: { seconds: { type: "int64", id: 1 } } },
    Vertex: {
      fields: {
        name: { type: "string", id: 3 },
        started: { type: "Time", id: 5 },
        completed: { type: "Time", id: 6 },
      },
    },
    Log: { fields: { msg: { type: "bytes", id: 4 } } },
    Status: {
      fields: {
        vertexes: { rule: "repeated", type: "Vertex", id: 1 },
        logs: { rule: "repeated", type: "Log", id: 3 },
      },
    },
  },
}).nested as { readonly Status: protobuf.Type };

const Trace = z.object({ id: z.literal("moby.buildkit.trace"), aux: z.base64() });
const Decoded = z.object({
  vertexes: z.array(z.object({ name: z.string(), started: z.unknown(), completed: z.unknown() })),
  logs: z.array(z.object({ msg: z.instanceof(Uint8Array) })),
});

/**
 * Hands on what BuildKit says in the words of the classic builder: a step as it begins, and what its commands write.
 * The library's own decoder shows the latter in base64.
 */
export const eachOfBuildKit = (
  stream: AsyncIterable<Buffer | string>,
  take: (message: unknown) => void,
): Promise<void> =>
  eachMessage(stream, (message) => {
    const trace = Trace.safeParse(message);
    if (!trace.success) {
      take(message);
      return;
    }
    const status = Decoded.parse(
      Status.toObject(Status.decode(Buffer.from(trace.data.aux, "base64")), { defaults: true }),
    );
    // Started and not completed: of a step that is found in the cache both are told at once, and again later.
    for (const { name, started, completed } of status.vertexes)
      if (started !== null && completed === null) take({ stream: `${name}\n` });
    for (const { msg } of status.logs) take({ stream: Buffer.from(msg).toString("utf8") });
  });
