import type { PropertyMap, PropertyValue } from "./values.ts";
import {
  containsSecret,
  isList,
  isMap,
  isProtected,
  mapChildren,
  reveal,
  secret,
  SIGNATURE,
} from "./values.ts";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** Equality by content; the order of keys does not count, a secret differs from the same value in the open. */
export function sameValue(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  if (left === right) return true;
  if (isList(left))
    return (
      isList(right) &&
      left.length === right.length &&
      left.every((value, index) => sameValue(value, right[index]))
    );
  if (!isMap(left) || !isMap(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]))
  );
}

/**
 * Marks in `values` what is secret in `marked`, as Pulumi's engine does for providers that work with plain values:
 * maps are followed key by key, a list that holds a secret becomes a secret as a whole (its order may differ).
 */
export function markSecrets(values: PropertyMap, marked: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, markSecret(value, marked[key])]),
  );
}

function markSecret(value: PropertyValue, marked: PropertyValue | undefined): PropertyValue {
  if (marked === undefined || isProtected(value)) return value;
  if (isMap(value) && isMap(marked) && !isProtected(marked)) return markSecrets(value, marked);
  return containsSecret(marked) ? secret(value) : value;
}

/** Marks whole properties by name, for `additionalSecretOutputs`. */
export function markProperties(values: PropertyMap, names: readonly string[]): PropertyMap {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      names.includes(key) && !isProtected(value) ? secret(reveal(value)) : value,
    ]),
  );
}

/**
 * The values without `undefined` members: `Struct.fromJavaScript` throws on them, after a provider has already
 * changed the world. Providers are typed, but objects read from an engine's API are not always what they claim.
 */
export function withoutUndefined(values: PropertyMap): PropertyMap {
  // The types say that no member is undefined; this is the edge where that is made true.
  const clean = (value: PropertyValue | undefined): PropertyValue => {
    if (value === undefined) return null;
    if (!isMap(value)) return mapChildren(value, clean);
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, PropertyValue | undefined>>)
        .filter(([, child]) => child !== undefined)
        .map(([key, child]) => [key, clean(child)]),
    );
  };
  return clean(values) as PropertyMap;
}

/** Replaces references to resources by the id (custom) or URN (component), as providers expect them. */
export function withoutReferences(value: PropertyValue): PropertyValue {
  if (isMap(value) && value[SIGNATURE] === RESOURCE_REFERENCE) return value["id"] ?? value["urn"] ?? null;
  return mapChildren(value, withoutReferences);
}

/** Whether a Pulumi asset or archive stands anywhere in the value. */
export function containsAsset(value: PropertyValue): boolean {
  if (isList(value)) return value.some(containsAsset);
  if (!isMap(value)) return false;
  const signature = value[SIGNATURE];
  return signature === ASSET || signature === ARCHIVE || Object.values(value).some(containsAsset);
}
