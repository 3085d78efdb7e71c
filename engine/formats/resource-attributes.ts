/**
 * What sends telemetry, in the form of the variable OTEL_RESOURCE_ATTRIBUTES of the OpenTelemetry specification: pairs
 * with commas between them, values percent-encoded.
 * @example resourceAttributes({ "service.namespace": "acme" }) // "service.namespace=acme"
 */
export const resourceAttributes = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(",");
