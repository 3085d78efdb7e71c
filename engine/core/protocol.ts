import resources from "@pulumi/pulumi/proto/resource_pb.js";
import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest, RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { parseDuration } from "../formats/duration.ts";
import { engineUnsupported } from "./errors.ts";
import type { Timeouts } from "./resource-record.ts";
import { isProviderType, packageOf } from "./urn.ts";
import type { PropertyMap } from "./values.ts";
import { containsAsset } from "./property-values.ts";

/** What the program wants of one resource: the request, as plain data. */
export interface ResourceGoal {
  /** Type token. */
  readonly type: string;
  readonly name: string;
  /** URN; none for the stack itself. */
  readonly parent?: string;
  /** Managed by a provider; false for components. */
  readonly custom: boolean;
  readonly inputs: PropertyMap;
  readonly protect: boolean;
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Undefined leaves it to the provider. */
  readonly deleteBeforeReplace?: boolean;
  /** Version of the SDK package that declared it. */
  readonly version: string;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly customTimeouts?: Timeouts;
}

/** The engine's answer to a goal. */
export interface Registered {
  readonly urn: string;
  /** Undefined when it is not known yet, or for a component. */
  readonly id?: string;
  readonly outputs: PropertyMap;
  /** All that `outputs` does not name is unknown, as in a preview: nothing waits for it. @default false */
  readonly unknown?: boolean;
}

/**
 * Reads a request.
 * @throws NSK-ENGINE-UNSUPPORTED naming the first thing in it that this engine does not do
 */
export function goalOf(request: RegisterResourceRequest): ResourceGoal {
  const [type, name] = [request.getType(), request.getName()];
  const refused = refusedOptions(request);
  if (refused !== undefined) throw engineUnsupported({ what: refused, where: `${name}, ${type}` });
  const inputs = propertiesOf(request.getObject());
  if (containsAsset(inputs))
    throw engineUnsupported({ what: "assets and archives as inputs", where: `${name}, ${type}` });

  const timeouts = timeoutsOf(request);
  const parent = request.getParent();
  return {
    type,
    name,
    ...(parent !== "" && { parent }),
    custom: request.getCustom(),
    inputs,
    protect: request.getProtect() ?? false,
    dependencies: request.getDependenciesList().toSorted(),
    propertyDependencies: Object.fromEntries(
      request
        .getPropertydependenciesMap()
        .getEntryList()
        .map(
          ([key]) =>
            [key, request.getPropertydependenciesMap().get(key)?.getUrnsList().toSorted() ?? []] as const,
        )
        .toSorted(([left], [right]) => (left < right ? -1 : 1)),
    ),
    ...(request.getDeletebeforereplacedefined() && { deleteBeforeReplace: request.getDeletebeforereplace() }),
    version: request.getVersion(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    ...(timeouts !== undefined && { customTimeouts: timeouts }),
  };
}

/** Name of the first option that is set and not honoured. */
function refusedOptions(request: RegisterResourceRequest): string | undefined {
  const option = (name: string): string => `the resource option ${name}`;
  const set: readonly (readonly [boolean, string])[] = [
    [isProviderType(request.getType()), "provider resources of the program's own"],
    [request.getRemote(), "remote components"],
    [request.getProvider() !== "", option("provider")],
    [request.getProvidersMap().getLength() > 0, option("providers")],
    [request.getImportid() !== "", option("import")],
    [
      request.getAliasurnsList().length > 0 ||
        !request.getAliasesList().every((alias) => isFormerType(alias, request)),
      option("aliases"),
    ],
    [request.getRetainondelete() === true, option("retainOnDelete")],
    [request.getDeletedwith() !== "", option("deletedWith")],
    [request.getReplaceWithList().length > 0, option("replaceWith")],
    [request.hasReplacementTrigger(), option("replacementTrigger")],
    [request.getHidediffsList().length > 0, option("hideDiffs")],
    [request.getTransformsList().length > 0, option("transforms")],
    [request.hasHooks(), option("hooks")],
    [request.getStateMigrationsList().length > 0, option("stateMigrations")],
    [request.getEnvvarmappingsMap().getLength() > 0, option("envVarMappings")],
    [request.getPlugindownloadurl() !== "", option("pluginDownloadURL")],
    [request.getPackageref() !== "", "parameterized packages"],
    [request.getSnippetid() !== "", "snippets"],
  ];
  return set.find(([isSet]) => isSet)?.[1];
}

/**
 * SDK classes name the type tokens of their own past, e.g. docker:image:Image. No provider here ever wrote one of
 * those into a state, so there is nothing that such an alias could find; every other alias means a rename.
 */
function isFormerType(alias: Alias, request: RegisterResourceRequest): boolean {
  const spec = alias.getSpec();
  if (spec === undefined || spec.getNoparent() || !request.getCustom()) return false;
  // The SDK repeats the parent that the resource has now.
  const elsewhere = spec.getName() + spec.getStack() + spec.getProject();
  const ofPackage = packageOf(spec.getType()) === packageOf(request.getType());
  return ofPackage && elsewhere === "" && ["", request.getParent()].includes(spec.getParenturn());
}

function timeoutsOf(request: RegisterResourceRequest): Timeouts | undefined {
  const message = request.getCustomtimeouts();
  const texts = {
    create: message?.getCreate(),
    update: message?.getUpdate(),
    delete: message?.getDelete(),
    read: message?.getRead(),
  };
  const entries = Object.entries(texts).flatMap(([key, text]) => {
    if (text === undefined || text === "") return [];
    const seconds = parseDuration(text, "s");
    if (seconds === undefined)
      throw new Error(
        `customTimeouts.${key} of ${request.getName()} is "${text}", not a duration such as "5m"`,
      );
    return [[key, seconds] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** @returns an empty map for an absent message */
export function propertiesOf(message: Struct | undefined): PropertyMap {
  // Struct is protobuf's JSON object; its own types say no more than that.
  return message?.toJavaScript() ?? {};
}

export function responseTo({ urn, id, outputs, unknown = false }: Registered): RegisterResourceResponse {
  const response = new resources.RegisterResourceResponse();
  response.setUrn(urn);
  response.setId(id ?? "");
  response.setObject(structOf(outputs));
  response.setUnknown(unknown);
  return response;
}

function structOf(properties: PropertyMap): Struct {
  // fromJavaScript wants mutable types, but only reads.
  return structs.Struct.fromJavaScript(properties);
}
