/** An image name as the engine lists it: Docker Hub's prefixes left out, a tag always there. */
export function localReference(reference: string): string {
  const name = reference.replace(/^(?:index\.)?docker\.io\//, "").replace(/^library\//, "");
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.includes(":") || last.includes("@") ? name : `${name}:latest`;
}
