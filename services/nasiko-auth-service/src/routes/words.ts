import { z } from "zod";

/** As the platform names agents: part of routes, images and containers. */
export const AgentName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "is no agent name");

/** Names that differ only in case would be mistaken for each other. */
export const Username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][\w.@+-]{0,63}$/, "must be 1 to 64 letters, digits, '.', '_', '-', '@', '+'");

export const Organization = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, "must be lower-case letters, digits and '-'");
