/**
 * Property values as Pulumi's wire protocol and state files carry them: JSON, plus two markers.
 *
 * A secret is an object with {@link SIGNATURE} = {@link SECRET} and a `value`; a value that is not known yet
 * (dry run) is the string {@link UNKNOWN}. Both constants are Pulumi's own.
 */

/** Key that marks an object as special in Pulumi's property encoding. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** Value under {@link SIGNATURE} that says "this is a secret". */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
/** Sentinel for a value that only a real run can know. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export type PropertyValue =
  null | boolean | number | string | readonly PropertyValue[] | { readonly [key: string]: PropertyValue };

export type PropertyMap = Readonly<Record<string, PropertyValue>>;

declare const sealed: unique symbol;

/** Properties as a state file holds them: what is secret in them is ciphertext, and nobody opens them twice. */
export type SealedProperties = PropertyMap & { readonly [sealed]: true };

/** A secret as the SDK sends and expects it. */
interface SecretValue {
  readonly [SIGNATURE]: typeof SECRET;
  readonly value: PropertyValue;
}

export const secret = (value: PropertyValue): PropertyMap => ({ [SIGNATURE]: SECRET, value });

export function isMap(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSecret(value: PropertyValue | undefined): value is PropertyMap & SecretValue {
  return isMap(value) && value[SIGNATURE] === SECRET && !("ciphertext" in value);
}

/** Whether it is the ciphertext of a secret: nothing can be read from it without the key. */
export function isSealed(value: PropertyValue | undefined): boolean {
  return isMap(value) && value[SIGNATURE] === SECRET && "ciphertext" in value;
}

/** Whether it is a secret, readable or not: it needs no mark any more. */
export const isProtected = (value: PropertyValue | undefined): boolean => isSecret(value) || isSealed(value);

/** The same value with every secret replaced by what it protects. */
export function reveal(value: PropertyValue): PropertyValue {
  if (isSecret(value)) return reveal(value.value);
  return mapChildren(value, reveal);
}

/** Like {@link reveal}, for a whole property map. */
export function revealAll(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, reveal(value)]));
}

export function containsSecret(value: PropertyValue): boolean {
  return isProtected(value) || children(value).some(containsSecret);
}

export function containsUnknown(value: PropertyValue): boolean {
  return value === UNKNOWN || children(value).some(containsUnknown);
}

/** The same without secrets' marks and without what is not known yet, however deep it stands. */
export function knownOf(properties: PropertyMap): PropertyMap {
  const known = (value: PropertyValue): PropertyValue => {
    if (isSecret(value)) return known(value.value);
    if (isList(value)) return value.filter((child) => !isUnknown(child)).map(known);
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, child]) => (isUnknown(child) ? [] : [[key, known(child)]])),
    );
  };
  // A map stays a map.
  return known(properties) as PropertyMap;
}

const isUnknown = (value: PropertyValue): boolean =>
  value === UNKNOWN || (isSecret(value) && isUnknown(value.value));

function children(value: PropertyValue): readonly PropertyValue[] {
  if (isList(value)) return value;
  return isMap(value) ? Object.values(value) : [];
}

/** Applies `change` to the direct members of a list or map; scalars are returned as they are. */
export function mapChildren(
  value: PropertyValue,
  change: (child: PropertyValue) => PropertyValue,
): PropertyValue {
  if (isList(value)) return value.map(change);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)]));
  return value;
}

/** `Array.isArray` does not narrow readonly arrays; this does. */
export function isList(value: PropertyValue | undefined): value is readonly PropertyValue[] {
  return Array.isArray(value);
}
