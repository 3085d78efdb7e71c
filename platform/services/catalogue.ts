import type { Settings } from "../settings/settings.ts";
import type { ServiceContext, ServiceDefinition } from "./define-service.ts";
import { dockerProxyRead } from "./docker-proxy-read.ts";
import { kong } from "./kong.ts";
import { kongDatabase } from "./kong-database.ts";
import { kongMigrations } from "./kong-migrations.ts";
import { kongServiceRegistry } from "./kong-service-registry.ts";
import { redis } from "./redis.ts";
import type { ServiceSpec } from "./service-spec.ts";

/** Every service and job of the platform. Besides its own file, this list alone knows one by name. */
const DEFINITIONS: readonly ServiceDefinition[] = [
  redis,
  kongDatabase,
  kongMigrations,
  kong,
  dockerProxyRead,
  kongServiceRegistry,
];

/**
 * The platform's services as these settings want them.
 * @param has says whether a service is part of the stack @default every service is
 */
export const catalogue = (
  settings: Settings,
  has: ServiceContext["has"] = () => true,
): readonly ServiceSpec[] => DEFINITIONS.map((define) => define({ settings, has }));
