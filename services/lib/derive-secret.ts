import { createHmac } from "node:crypto";

/** A secret that only those can make who have the one that it is derived from. */
export const deriveSecret = (from: string, message: string): string =>
  createHmac("sha256", from).update(message).digest("hex");

/**
 * By it a service knows that a request came through the gateway. The worker and the registry derive it alike, and the
 * program does for the agents of its own.
 * @param member name of the agent, or of another service that is asked
 */
export const gatewaySecret = (secret: string, member: string): string => deriveSecret(secret, member);

/**
 * By it the gateway knows whose telemetry it lets through. Derived alike by whoever starts an agent and by the registry.
 * @param sender name of the agent, or "service:" and that of a service of the platform
 */
export const telemetrySecret = (secret: string, sender: string): string => deriveSecret(secret, sender);
