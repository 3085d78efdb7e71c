/** The type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";
const PROVIDER_TYPE_PREFIX = "pulumi:providers:";

/** What {@link makeUrn} puts together. */
export interface UrnParts {
  readonly stack: string;
  readonly project: string;
  /** Type token of the resource itself. */
  readonly type: string;
  readonly name: string;
  /** URN of the parent. @default none */
  readonly parent?: string | undefined;
}

/** Builds a URN as Pulumi does: the parents' types qualify the own type, except for the stack's. */
export function makeUrn({ stack, project, type, name, parent }: UrnParts): string {
  const parentType = parent === undefined ? undefined : qualifiedType(parent);
  const qualified = parentType === undefined || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${qualified}::${name}`;
}

/** Logical name of the resource; it may itself contain "::". */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Type token of the resource itself, without those of its parents. */
export function typeOf(urn: string): string {
  return qualifiedType(urn).split("$").at(-1) ?? "";
}

function qualifiedType(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** Package of a type token, e.g. `docker` of `docker:index/container:Container`. */
export function packageOf(type: string): string {
  return type.split(":", 1)[0] ?? "";
}

export const isProviderType = (type: string): boolean => type.startsWith(PROVIDER_TYPE_PREFIX);

/** URN of the provider that Pulumi makes by itself for a package at a version. */
export function defaultProviderUrn(stack: string, project: string, pkg: string, version: string): string {
  const name = `default_${version.replace(/[^0-9A-Za-z]/g, "_")}`;
  return makeUrn({ stack, project, type: PROVIDER_TYPE_PREFIX + pkg, name });
}

/** A resource's reference to its provider: `<urn>::<id>`. */
export const providerReference = (urn: string, id: string): string => `${urn}::${id}`;

/** URN in a provider reference. */
export function providerUrnOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf("::"));
}
