import type { Settings } from "../settings/settings.ts";
import { agentRegistry } from "./agent-registry.ts";
import { agentTelemetry } from "./agent-telemetry.ts";
import { agentsMongo } from "./agents-mongo.ts";
import { dockerProxyBuild } from "./docker-proxy-build.ts";
import { konga } from "./konga.ts";
import { langtrace } from "./langtrace.ts";
import { langtraceClickhouse } from "./langtrace-clickhouse.ts";
import { langtracePostgres } from "./langtrace-postgres.ts";
import { mongodbAccounts } from "./mongo-accounts.ts";
import { mongodb } from "./mongodb.ts";
import { n8n } from "./n8n.ts";
import { nasikoAuthRedis } from "./nasiko-auth-redis.ts";
import { nasikoAuthService } from "./nasiko-auth-service.ts";
import { nasikoBackend } from "./nasiko-backend.ts";
import { nasikoChatHistory } from "./nasiko-chat-history.ts";
import { nasikoRouter } from "./nasiko-router.ts";
import { nasikoSuperuserInit } from "./nasiko-superuser-init.ts";
import { nasikoWeb } from "./nasiko-web.ts";
import { nasikoWorker } from "./nasiko-worker.ts";
import { ollama } from "./ollama.ts";
import { ollamaModelInit } from "./ollama-model-init.ts";
import { otelCollector } from "./otel-collector.ts";
import { phoenix } from "./phoenix.ts";
import { prometheus } from "./prometheus.ts";
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
  mongodb,
  mongodbAccounts,
  redis,
  kongDatabase,
  langtracePostgres,
  langtraceClickhouse,
  agentRegistry,
  agentsMongo,
  nasikoAuthRedis,
  kongMigrations,
  kong,
  nasikoAuthService,
  nasikoSuperuserInit,
  dockerProxyRead,
  kongServiceRegistry,
  konga,
  dockerProxyBuild,
  nasikoBackend,
  nasikoChatHistory,
  nasikoWorker,
  nasikoRouter,
  nasikoWeb,
  phoenix,
  langtrace,
  otelCollector,
  agentTelemetry,
  prometheus,
  ollama,
  ollamaModelInit,
  n8n,
];

/**
 * The platform's services as these settings want them.
 * @param has says whether a service is part of the stack @default every service is
 */
export const catalogue = (
  settings: Settings,
  has: ServiceContext["has"] = () => true,
): readonly ServiceSpec[] => DEFINITIONS.flatMap((define) => define({ settings, has }) ?? []);
