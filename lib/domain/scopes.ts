/**
 * The scopes that a connection needs and a grant does not have. Zoho compares them without regard to case, and `ALL`
 * stands for whatever is below it: `ZohoCRM.modules.ALL` gives `ZohoCRM.modules.contacts.READ`.
 *
 * @see https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
 */
export function missingScopes(needed: readonly string[], granted: readonly string[]): string[] {
  return needed.filter((scope) => !granted.some((candidate) => covers(candidate, scope)));
}

function covers(granted: string, needed: string): boolean {
  const [have, want] = [granted.toLowerCase(), needed.toLowerCase()];
  return have === want || (have.endsWith('.all') && want.startsWith(have.slice(0, -'all'.length)));
}
