import { AgentCard } from "@a2a-js/sdk";
import card from "../AgentCard.json" with { type: "json" };

/**
 * The agent's card as the SDK serves it: one address, JSON-RPC, in both versions of A2A that callers speak.
 * @param publicUrl where callers reach the agent, through a gateway perhaps; default: what AgentCard.json says
 */
export function agentCard(publicUrl: string | undefined): AgentCard {
  const url = publicUrl === undefined || publicUrl === "" ? card.url : publicUrl;
  const { name, description, version, provider, defaultInputModes, defaultOutputModes, skills } = card;
  return AgentCard.fromJSON({
    name,
    description,
    version,
    provider,
    capabilities: { streaming: card.capabilities.streaming },
    defaultInputModes,
    defaultOutputModes,
    skills,
    supportedInterfaces: ["1.0", "0.3"].map((protocolVersion) => ({
      url,
      protocolBinding: card.preferredTransport,
      protocolVersion,
    })),
  });
}
