/** A variable of the platform's documents that is no setting of this program. */
export interface FixedVariable {
  /** What it always is; a file that says the same is not wrong. */
  readonly value?: string;
  readonly why: string;
  /** Setting to use in its place. */
  readonly instead?: string;
  /** What stacks may still call it in their config, without "nasiko:". @default no stack's config has it */
  readonly configName?: string;
}

const ONE_ADDRESS = "Services find each other by their names on the platform's networks.";
const KUBERNETES_ONLY = "It belongs to a deployment on Kubernetes.";
const UNCHANGED = "Agents are built as they are, and told where the collector is.";
const SAME_DOOR = "The web interface asks the gateway that it came from.";
const UNREAD = "No service of the platform reads it.";
const ONE_ACCOUNT = "The platform's services log in as MongoDB's administrator.";

/**
 * Variables that an env file written for the platform may have, but that decide nothing here. They are refused by
 * name, so that nobody believes them in force; names that only the settings know are in `SETTINGS`.
 */
export const FIXED_VARIABLES: Readonly<Record<string, FixedVariable>> = {
  MONGO_NASIKO_HOST: { value: "mongodb", why: ONE_ADDRESS },
  MONGO_NASIKO_PORT: { value: "27017", why: ONE_ADDRESS, instead: "NASIKO_PORT_MONGODB" },
  MONGO_NASIKO_USER: { why: ONE_ACCOUNT, instead: "MONGO_ROOT_USER" },
  MONGO_NASIKO_PASSWORD: { why: ONE_ACCOUNT, instead: "MONGO_ROOT_PASSWORD" },
  MONGO_AUTH_SOURCE: { value: "admin", why: "MongoDB keeps its administrator there." },
  MONGO_URL: {
    why: "It is made from the account and the address of mongodb.",
    instead: "MONGO_ROOT_PASSWORD",
  },
  REDIS_HOST: { value: "redis", why: ONE_ADDRESS },
  REDIS_PORT: { value: "6379", why: ONE_ADDRESS, instead: "NASIKO_PORT_REDIS" },
  REDIS_DB: { value: "0", why: "One database holds the platform's stream, status keys and caches." },
  REDIS_URL: { why: `${ONE_ADDRESS} The password is generated for the stack.` },
  JINA_EMBEDDING_MODEL: { why: "It has another name here.", instead: "EMBEDDING_MODEL" },
  CORS_ORIGINS: { why: "Browsers reach nothing but the gateway, which answers for all services." },
  RELOAD: { value: "false", why: "Programs are part of their images." },
  OBSERVABILITY_INJECTION_ENABLED: { value: "false", why: UNCHANGED },
  OBSERVABILITY_LOG_LEVEL: { why: UNCHANGED },
  REACT_APP_API_URL: { why: SAME_DOOR },
  REACT_APP_BACKEND_URL: { why: SAME_DOOR },
  NASIKO_PORT_KONG_ADMIN: {
    why: "The Admin API has no authentication, so it is published to no host port. The optional service konga shows what it knows.",
    instead: "NASIKO_OPTIONAL_SERVICES",
    configName: "portKongAdmin",
  },
  KONG_ADMIN_URL: { why: "The Admin API has no authentication and one name on one network." },
  KONG_GATEWAY_URL: { why: ONE_ADDRESS, instead: "NASIKO_PORT_KONG" },
  KONG_WEB_PATH: { value: "/app", why: "The web interface is made for this path." },
  BASE_URL: { why: UNREAD },
  CHAT_SERVICE_URL: { why: ONE_ADDRESS },
  NASIKO_API_URL: { value: "http://nasiko-backend:8000", why: ONE_ADDRESS },
  NASIKO_BACKEND: { value: "http://nasiko-backend:8000/api/v1", why: ONE_ADDRESS },
  OLLAMA_SERVER: { value: "http://ollama:11434", why: ONE_ADDRESS },
  PHOENIX_SERVICE_URL: { value: "http://phoenix:6006", why: ONE_ADDRESS },
  PHOENIX_COLLECTOR_ENDPOINT: { why: "Traces go through otel-collector." },
  AGENTS_NETWORK: { why: "Each stack's agents have a network of their own." },
  APP_NETWORK: { why: "It has another name here.", instead: "DOCKER_NETWORK" },
  AGENT_IMAGE_TAG: { why: "The tag of an agent's image is the hash of its content." },
  NASIKO_SOURCE: {
    why: "The platform's own images are pulled, or built from services/; no other source is built.",
    instead: "NASIKO_IMAGES",
    configName: "source",
  },
  ENCRYPTION_KEY: { why: UNREAD },
  USER_CREDENTIALS_ENCRYPTION_KEY: { why: UNREAD, configName: "userCredentialsKey" },
  OAUTH_STATE_SIGNING_KEY: { why: UNREAD, configName: "oauthStateKey" },
  SESSION_SECRET_KEY: { why: UNREAD, configName: "sessionKey" },
  GITHUB_CLIENT_ID: { why: UNREAD, configName: "githubClientId" },
  GITHUB_CLIENT_SECRET: { why: UNREAD, configName: "githubClientSecret" },
  GITHUB_REDIRECT_BASE_URL: { why: UNREAD, configName: "githubRedirectBaseUrl" },
  TRACING_PROJECT_PREFIX: { why: UNREAD, configName: "tracingProjectPrefix" },
  VECTOR_STORE_CACHE_TTL: { why: UNREAD, configName: "vectorCacheSeconds" },
  NASIKO_PUBLIC_REGISTRY_USER: { why: "Logins of registries are Docker's: docker login." },
  K8S_ENABLED: { value: "false", why: KUBERNETES_ONLY },
  AGENTS_NAMESPACE: { why: KUBERNETES_ONLY },
  PLATFORM_NAMESPACE: { why: KUBERNETES_ONLY },
  BUILDKIT_ADDRESS: { why: KUBERNETES_ONLY },
  BUILDKIT_HOST: { why: KUBERNETES_ONLY },
  REGISTRY_URL: { why: KUBERNETES_ONLY, instead: "AGENT_REGISTRY_URL" },
  DO_TOKEN: { why: KUBERNETES_ONLY },
  IMAGE_PULL_SECRET: { why: KUBERNETES_ONLY },
};
