/** Where an agent comes from. */
export interface AgentSource {
  /** Absolute, or relative to the program; see agentFolder(). */
  readonly folder: string;
  /** First 16 hex digits of the content hash of an earlier build to stay on. @default what the folder holds now */
  readonly version?: string;
}

/** @example agentSource("agents/translator@1f2e3d4c5b6a7988") // { folder: "agents/translator", version: "1f2e…" } */
export function agentSource(text: string): AgentSource {
  const [, folder, version] = /^(.+)@([0-9a-f]{16})$/.exec(text) ?? [];
  return folder === undefined || version === undefined ? { folder: text } : { folder, version };
}

/** The other way round. */
export const agentSourceText = ({ folder, version }: AgentSource): string =>
  version === undefined ? folder : `${folder}@${version}`;
