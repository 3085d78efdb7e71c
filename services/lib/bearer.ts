/**
 * The token of a header `Authorization: Bearer …`.
 * @param refuse makes the caller's own error of what is wrong with the header
 * @throws what `refuse` made, when there is no header or no token in it
 */
export function bearerOf(authorization: string | undefined, refuse: (problem: string) => Error): string {
  if (authorization === undefined) throw refuse("Not authenticated");
  const [, token] = /^bearer(?: +(?! )(.*))?$/i.exec(authorization.trim()) ?? [];
  if (token === undefined || token.trim() === "") throw refuse("Token required");
  return token.trim();
}
