/**
 * The platform's own images: what a service names, the folder below services/ that one is built from, and the name
 * that it has in a registry.
 */
export const PLATFORM_IMAGES = [
  "agent-telemetry",
  "docker-proxy",
  "nasiko-auth-service",
  "nasiko-backend",
  "nasiko-chat-history",
  "nasiko-router",
  "nasiko-web",
  "nasiko-worker",
  "service-registry",
] as const;

/** What one is called in a registry. @param registryUrl registry and path in it, e.g. "registry.example:5000/acme" */
export const publishedName = (registryUrl: string, image: string): string => `${registryUrl}/${image}`;
