/** Where the public platform has one of its images. */
export interface PlatformImage {
  /** Name below NASIKO_REGISTRY_URL. @default none: the public platform has no such image */
  readonly published?: string;
  /** How a checkout of its source builds it. @default none: it is not in the checkout */
  readonly source?: {
    /** Relative to the checkout. */
    readonly context: string;
    /** Relative to the context. @default "Dockerfile" */
    readonly dockerfile?: string;
  };
}

/**
 * The platform's own images: our name, and what the public platform calls it. An image that it does not have is
 * built from services, wherever the others come from.
 */
export const PLATFORM_IMAGES: Readonly<Record<string, PlatformImage>> = {
  "nasiko-backend": {
    published: "nasiko-backend",
    source: { context: ".", dockerfile: "app/Dockerfile" },
  },
  "nasiko-worker": {
    published: "nasiko-worker",
    source: { context: ".", dockerfile: "Dockerfile.worker" },
  },
  "nasiko-router": {
    published: "nasiko-router",
    source: { context: "agent-gateway/router" },
  },
  "nasiko-chat-history": {
    published: "chat-history-service",
    source: { context: "agent-gateway/chat-history-service" },
  },
  "service-registry": {
    published: "kong-service-registry",
    source: { context: "agent-gateway/registry" },
  },
  // Not the public platform's own: that one is closed, or takes any token for the super user's.
  "nasiko-auth-service": {},
  // Published only: its source is a repository of its own.
  "nasiko-web": { published: "nasiko-web" },
  // The public platform mounts the engine's socket where we put a filtering proxy.
  "docker-proxy": {},
};
