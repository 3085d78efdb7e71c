import { timingSafeEqual } from "node:crypto";
import type { RequestHandler } from "express";

/**
 * Lets requests of the platform pass, and no others: the gateway and the service registry know this agent's secret,
 * and the other agents on its network do not.
 * @param secret empty or undefined where there is no platform: then everybody may call
 */
export function fromGateway(secret: string | undefined): RequestHandler {
  return (request, response, next) => {
    const given = request.get("x-nasiko-gateway-secret") ?? "";
    if (secret === undefined || secret === "" || isSame(given, secret)) next();
    else response.status(401).json({ message: "this agent answers the gateway alone" });
  };
}

/** Takes as long however much of it is right. */
function isSame(given: string, secret: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(secret)];
  return left.length === right.length && timingSafeEqual(left, right);
}
