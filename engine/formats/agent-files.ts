/** How a build file may be called, the first that is there counts; Podman knows both names. */
export const DOCKERFILES = ["Dockerfile", "Containerfile"] as const;

/** How a Compose file may be called, the first that is there counts, as for Docker Compose. */
export const COMPOSE_FILES = [
  ...(["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"] as const),
];

/** The file of an agent's card. */
export const CARD_FILE = "AgentCard.json";

/** A folder's own file of these names. @param names of what the folder holds */
export const firstOf = (wanted: readonly string[], names: readonly string[]): string | undefined =>
  wanted.find((name) => names.includes(name));

/** The card's file: people write it in any case, and file systems differ in whether that counts. */
export const cardFileOf = (names: readonly string[]): string | undefined =>
  names.find((name) => name.toLowerCase() === CARD_FILE.toLowerCase());
