/** The address alone, of one that may have a display name: `Keeper <keeper@example.com>`. */
export function addressOf(mailbox: string): string {
  return /<([^<>]+)>\s*$/.exec(mailbox)?.[1]?.trim() ?? mailbox.trim();
}

/** What stands behind the `@`; a domain as it is. */
export function domainOf(identity: string): string {
  return identity.slice(identity.lastIndexOf('@') + 1);
}

/** As SES compares identities: the domain in any case, what stands before it exactly. */
export function normalize(identity: string): string {
  const domain = domainOf(identity);
  return identity.slice(0, identity.length - domain.length) + domain.toLowerCase();
}
