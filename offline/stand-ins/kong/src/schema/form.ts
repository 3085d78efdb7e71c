/** A form, as a tree: `config.origins[]=*` becomes `{ config: { origins: ["*"] } }`. */
export type FormTree = string | readonly string[] | FormBranch;
export interface FormBranch {
  readonly [name: string]: FormTree;
}

interface Branch {
  readonly children: Map<string, Branch>;
  readonly texts: string[];
}

const branch = (): Branch => ({ children: new Map(), texts: [] });

/** `a.b[]` and `a.b[2]` name the list `a.b`: the order of the lines is the order of the list. */
function pathOf(key: string): readonly string[] {
  return key.replace(/\[\d*\]$/, "").split(".");
}

function toTree(node: Branch): FormTree {
  if (node.children.size > 0)
    // fromEntries defines own properties, so a field called __proto__ stays an ordinary (unknown) field.
    return Object.fromEntries([...node.children].map(([name, child]) => [name, toTree(child)]));
  const [only] = node.texts;
  return node.texts.length === 1 && only !== undefined ? only : node.texts;
}

/** Reads an `application/x-www-form-urlencoded` body the way Kong's Admin API does. */
export function parseForm(body: string): FormBranch {
  const root = branch();
  for (const [key, text] of new URLSearchParams(body)) {
    let node = root;
    for (const name of pathOf(key)) {
      const next = node.children.get(name) ?? branch();
      node.children.set(name, next);
      node = next;
    }
    node.texts.push(text);
  }
  return Object.fromEntries([...root.children].map(([name, child]) => [name, toTree(child)]));
}
