import grpc from "@grpc/grpc-js";
import type { Message } from "google-protobuf";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import type { LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type {
  ReadResourceRequest,
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  ResourceInvokeRequest,
  SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb.js";
import { engineUnsupported } from "./errors.ts";
import type { Severity } from "./journal.ts";
import { messageOf } from "./journal.ts";
import { createPrivateSocket } from "./private-socket.ts";
import type { Registered, ResourceGoal } from "./protocol.ts";
import { goalOf, propertiesOf, responseTo } from "./protocol.ts";
import type { PropertyMap } from "./values.ts";

/** What the program may ask for; everything else of Pulumi's protocol is refused by name. */
export interface MonitorCalls {
  readonly project: string;
  readonly stack: string;
  readonly dryRun: boolean;
  register(goal: ResourceGoal): Promise<Registered>;
  registerOutputs(urn: string, outputs: PropertyMap): Promise<void>;
  log(severity: Severity, message: string, urn: string | undefined): void;
  /** The program has declared all it wants to. */
  shutdown(): void;
  /** The program went away, or lost its connection, before a call of its was answered. */
  connectionLost(): void;
  /** A call was answered with an error. */
  refused(error: unknown): void;
}

/** A running gRPC server for Pulumi's ResourceMonitor and Engine services. */
export interface Monitor {
  /** As gRPC wants it: "unix:///…", a socket that only this user can connect to. */
  readonly address: string;
  close(): void;
}

/** Inputs may hold whole files; Pulumi's own limit is as large. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/**
 * By the name that older SDKs ask with. aliasSpecs keeps the SDK from computing aliases by itself; deletedWith lets
 * the option come through to where it is refused together with the name of its resource.
 */
const FEATURES = {
  secrets: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_SECRETS,
  resourceReferences: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
  aliasSpecs: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
  deletedWith: resources.ResourceMonitorFeature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
};
const SEVERITIES: readonly Severity[] = ["debug", "info", "warning", "error"];

type Handler<Request> = (request: Request) => Promise<Message> | Message;

/**
 * Listens on a Unix socket in a folder of its own. Whoever can reach the monitor can have containers created with the
 * rights of this process and can read its secrets, so it is no TCP port, which every user of the machine reaches.
 */
export async function startMonitor(calls: MonitorCalls): Promise<Monitor> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE_BYTES });
  const answer = <Request>(handler: Handler<Request>): grpc.handleUnaryCall<Request, Message> => {
    return (call, callback) => {
      let answered = false;
      call.on("cancelled", () => {
        if (!answered) calls.connectionLost();
      });
      Promise.resolve(call.request)
        .then(handler)
        .then(
          (response) => {
            answered = true;
            callback(null, response);
          },
          (error: unknown) => {
            answered = true;
            calls.refused(error);
            // Never UNAVAILABLE or CANCELLED: the SDK takes those for an orderly end and lets the program succeed.
            callback({ code: grpc.status.UNKNOWN, details: messageOf(error) });
          },
        );
    };
  };
  server.addService(resourceServices.ResourceMonitorService, monitorHandlers(calls, answer));
  server.addService(engineServices.EngineService, engineHandlers(calls, answer));
  const socket = createPrivateSocket();
  const address = `unix://${socket.path}`;
  try {
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error) =>
        error === null ? resolve() : reject(error),
      );
    });
  } catch (error) {
    socket.remove();
    throw error;
  }
  return {
    address,
    close: () => {
      server.forceShutdown();
      socket.remove();
    },
  };
}

type Answer = <Request>(handler: Handler<Request>) => grpc.handleUnaryCall<Request, Message>;

function monitorHandlers(calls: MonitorCalls, answer: Answer): grpc.UntypedServiceImplementation {
  const refuse = (what: string): grpc.handleUnaryCall<Message, Message> =>
    answer(() => {
      throw engineUnsupported({ what });
    });
  return {
    getDeploymentInfo: answer(() => {
      const info = new resources.DeploymentInfo();
      info.setProject(calls.project);
      info.setStack(calls.stack);
      info.setOrganization("organization");
      info.setDryrun(calls.dryRun);
      info.setSupportedfeaturesList(Object.values(FEATURES));
      return info;
    }),
    supportsFeature: answer((request: SupportsFeatureRequest) => {
      const response = new resources.SupportsFeatureResponse();
      response.setHassupport(request.getId() in FEATURES);
      return response;
    }),
    registerResource: answer(async (request: RegisterResourceRequest) =>
      responseTo(await calls.register(goalOf(request))),
    ),
    registerResourceOutputs: answer(async (request: RegisterResourceOutputsRequest) => {
      await calls.registerOutputs(request.getUrn(), propertiesOf(request.getOutputs()));
      return new empty.Empty();
    }),
    signalAndWaitForShutdown: answer(() => {
      calls.shutdown();
      return new empty.Empty();
    }),
    invoke: answer((request: ResourceInvokeRequest) => {
      throw engineUnsupported({ what: `the function ${request.getTok()}` });
    }),
    readResource: answer((request: ReadResourceRequest) => {
      throw engineUnsupported({ what: "reading existing resources (.get)", where: request.getName() });
    }),
    call: refuse("methods of remote components"),
    existsResource: refuse("looking whether a resource exists"),
    registerStackTransform: refuse("transforms of the stack"),
    registerStackInvokeTransform: refuse("transforms of invokes"),
    registerResourceHook: refuse("resource hooks"),
    registerErrorHook: refuse("error hooks"),
    registerPackage: refuse("parameterized packages"),
  };
}

function engineHandlers(calls: MonitorCalls, answer: Answer): grpc.UntypedServiceImplementation {
  let root = "";
  return {
    log: answer((request: LogRequest) => {
      const urn = request.getUrn();
      const severity = SEVERITIES[request.getSeverity()] ?? "info";
      calls.log(severity, request.getMessage(), urn === "" ? undefined : urn);
      return new empty.Empty();
    }),
    getRootResource: answer(() => {
      const response = new engine.GetRootResourceResponse();
      response.setUrn(root);
      return response;
    }),
    setRootResource: answer((request: SetRootResourceRequest) => {
      root = request.getUrn();
      return new engine.SetRootResourceResponse();
    }),
    startDebugging: answer(() => new empty.Empty()),
    requirePulumiVersion: answer(() => new engine.RequirePulumiVersionResponse()),
  };
}
