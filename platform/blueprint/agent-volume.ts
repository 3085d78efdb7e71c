/** Short name of an agent's volume; no service's volume has underscores in its name. */
export const agentVolume = (agent: string, volume: string): string => `agent_${agent}_${volume}`;
