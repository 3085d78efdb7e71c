import fc from "fast-check";
import type { ResourceRecord } from "../../../../engine/core/resource-record.ts";
import { emptyRecord } from "../../../../engine/core/resource-record.ts";
import type { PropertyMap, PropertyValue } from "../../../../engine/core/values.ts";
import { secret } from "../../../../engine/core/values.ts";

const key = fc.stringMatching(/^[a-z][a-zA-Z]{0,6}$/);
const scalar: fc.Arbitrary<PropertyValue> = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);

/** Property values without secrets. */
export const plainValue: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

export const plainMap: fc.Arbitrary<PropertyMap> = fc.dictionary(key, plainValue, {
  maxKeys: 5,
  noNullPrototype: true,
});

/** Property maps with secrets at any depth, though not within secrets. */
export const markedMap: fc.Arbitrary<PropertyMap> = fc
  .tuple(plainMap, fc.infiniteStream(fc.boolean()))
  .map(([properties, choices]) => markSome(properties, choices) as PropertyMap); // a map stays a map

function markSome(value: PropertyValue, choices: Iterator<boolean>, depth = 0): PropertyValue {
  if (depth > 0 && choices.next().value === true) return secret(value);
  if (Array.isArray(value))
    return (value as readonly PropertyValue[]).map((child) => markSome(child, choices, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]: [string, PropertyValue]) => [
      name,
      markSome(child, choices, depth + 1),
    ]),
  );
}

/** A record by its logical name. */
export function recordOf(name: string, parts: Partial<ResourceRecord> = {}): ResourceRecord {
  const type = "docker:index/container:Container";
  return { ...emptyRecord(urnOf(name), type, true), id: `${name}-id`, ...parts };
}

export const urnOf = (name: string): string =>
  `urn:pulumi:local::test::docker:index/container:Container::${name}`;

/** A state: records in an order where each depends on earlier ones only. */
export const arbitraryState: fc.Arbitrary<readonly ResourceRecord[]> = fc
  .array(fc.record({ needs: fc.array(fc.nat(20), { maxLength: 3 }), byProperty: fc.boolean() }), {
    maxLength: 12,
  })
  .map((entries) =>
    entries.map(({ needs, byProperty }, index) => {
      const urns = [...new Set(needs.filter((need) => need < index))].map((need) => urnOf(`r${need}`));
      return recordOf(`r${index}`, {
        inputs: { link: urns.length, size: index },
        dependencies: urns,
        propertyDependencies: byProperty ? { link: urns } : {},
      });
    }),
  );
