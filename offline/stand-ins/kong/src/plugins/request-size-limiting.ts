import { boolean, integer, record, string, withDefault } from "../schema/field.ts";
import { oneOf } from "../schema/rules.ts";
import { definePlugin, type AnyPluginKind } from "./plugin.ts";

const BYTES: Readonly<Record<string, number>> = { megabytes: 2 ** 20, kilobytes: 2 ** 10, bytes: 1 };

const config = record({
  allowed_payload_size: withDefault(integer(), 128),
  size_unit: withDefault(string(oneOf(...Object.keys(BYTES))), "megabytes"),
  require_content_length: withDefault(boolean(), false),
});

/** Kong's sentence. */
export const TOO_LARGE = "Request size limit exceeded";

/**
 * Refuses bodies that are larger. One that does not say how large it is, Kong reads as a whole before it decides; here
 * it is counted while it is passed on, and broken off where it is too large.
 */
export const requestSizeLimiting: AnyPluginKind = definePlugin({
  name: "request-size-limiting",
  priority: 951,
  config,
  access: (settings, { requestHeaders }) => {
    const largest = settings.allowed_payload_size * (BYTES[settings.size_unit] ?? 1);
    const said = requestHeaders.get("content-length");
    if (said !== undefined) {
      if (Number(said) <= largest) return undefined;
      const waits = requestHeaders.get("expect")?.trim().toLowerCase() === "100-continue";
      return { answer: { status: waits ? 417 : 413, error: TOO_LARGE } };
    }
    return settings.require_content_length
      ? { answer: { status: 411, error: "A valid Content-Length header is required" } }
      : { largestBody: largest };
  },
});
