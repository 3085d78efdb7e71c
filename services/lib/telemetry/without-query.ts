import type { Attributes } from "@opentelemetry/api";
import { ATTR_URL_FULL, ATTR_URL_QUERY } from "@opentelemetry/semantic-conventions";

/** What a span says of where a request goes: no query, in which some services expect a key. */
export function withoutQuery({
  origin,
  path,
}: {
  readonly origin: string;
  readonly path: string;
}): Attributes {
  const url = new URL(path, origin);
  url.username = "";
  url.password = "";
  url.search = "";
  return { [ATTR_URL_FULL]: url.href, [ATTR_URL_QUERY]: "" };
}
