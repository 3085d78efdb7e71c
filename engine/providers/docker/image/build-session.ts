import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";

import { Server, ServerCredentials, status, type ServiceDefinition } from "@grpc/grpc-js";
import type Docker from "dockerode";
import protobuf from "protobufjs/light.js";

import { dial } from "../dial.ts";
import type { BuildSecrets } from "../resource-kind.ts";

/**
 * Of BuildKit's session (moby/buildkit, session/secrets/secrets.proto and session/auth/auth.proto) what a build from an
 * archive asks for: secrets, and logins for registries.
 */
const types = protobuf.Root.fromJSON({
  nested: {
    SecretRequest: { fields: { ID: { type: "string", id: 1 } } },
    SecretResponse: { fields: { data: { type: "bytes", id: 1 } } },
    Nothing: { fields: {} },
  },
});
const [SecretRequest, SecretResponse, Nothing] = ["SecretRequest", "SecretResponse", "Nothing"].map((name) =>
  types.lookupType(name),
) as [protobuf.Type, protobuf.Type, protobuf.Type];

const method = (path: string, request: protobuf.Type, response: protobuf.Type) => ({
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: encoder(request),
  requestDeserialize: decoder(request),
  responseSerialize: encoder(response),
  responseDeserialize: decoder(response),
});
const encoder =
  (type: protobuf.Type) =>
  (value: object): Buffer =>
    Buffer.from(type.encode(value).finish());
const decoder =
  (type: protobuf.Type) =>
  (bytes: Buffer): object =>
    type.toObject(type.decode(bytes), { defaults: true });

const SECRETS = "/moby.buildkit.secrets.v1.Secrets/GetSecret";
const CREDENTIALS = "/moby.filesync.v1.Auth/Credentials";
const SERVICE: ServiceDefinition = {
  GetSecret: method(SECRETS, SecretRequest, SecretResponse),
  Credentials: method(CREDENTIALS, Nothing, Nothing),
};

/**
 * Opens a session with BuildKit for one build: over it the builder asks for what is no part of the context.
 * @param build is given the session's id, for the builder's query
 */
export async function withBuildSession(
  docker: Docker,
  secrets: BuildSecrets,
  build: (session: string) => Promise<void>,
): Promise<void> {
  const id = randomUUID();
  const connection = await openSession(docker, id);
  const server = new Server();
  server.addService(SERVICE, {
    GetSecret: ({ request }: { readonly request: { readonly ID: string } }, answer: Answer) => {
      const data = secrets.get(request.ID);
      if (data === undefined) answer({ code: status.NOT_FOUND, details: `no secret ${request.ID} is given` });
      else answer(null, { data });
    },
    // Bases are there before a build begins, so nothing is pulled with a login.
    Credentials: (_call: unknown, answer: Answer) => answer(null, {}),
  });
  server.createConnectionInjector(ServerCredentials.createInsecure()).injectConnection(connection);
  try {
    await build(id);
  } finally {
    server.forceShutdown();
    connection.destroy();
  }
}

type Answer = (error: { readonly code: status; readonly details: string } | null, value?: object) => void;

function openSession(docker: Docker, id: string): Promise<Duplex> {
  return dial(docker, {
    path: "/session",
    method: "POST",
    hijack: true,
    headers: {
      Upgrade: "h2c",
      "X-Docker-Expose-Session-Uuid": id,
      "X-Docker-Expose-Session-Name": "embedded-engine",
      "X-Docker-Expose-Session-Grpc-Method": [SECRETS, CREDENTIALS],
    },
    statusCodes: { 200: true, 500: "server error" },
  });
}
