import type { Acl } from "./acl.ts";
import type { Consumer } from "./consumer.ts";
import type { JwtSecret } from "./jwt-secret.ts";
import type { Plugin } from "./plugin.ts";
import type { Route } from "./route.ts";
import type { Service } from "./service.ts";

/** Everything that is stored, as it was read in one go. */
export interface Entities {
  readonly services: readonly Service[];
  readonly routes: readonly Route[];
  readonly plugins: readonly Plugin[];
  readonly consumers: readonly Consumer[];
  readonly jwtSecrets: readonly JwtSecret[];
  readonly acls: readonly Acl[];
}
