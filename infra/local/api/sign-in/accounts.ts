/** Somebody who has an account in the user pool. */
export interface Account {
  readonly subject: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** The twin's administrator. */
export const ADMINISTRATOR: Account = {
  subject: '7c0d8d4e-1a5f-4a53-9b0e-2f1f6f6b5a10',
  email: 'admin@example.com',
  groups: ['zoho-admins'],
};

/** Has an account, and no business here. */
const COLLEAGUE: Account = {
  subject: '1f0a7c52-6d0e-4f0b-8f7e-9d3a1c2b4e60',
  email: 'colleague@example.com',
  groups: [],
};

export const ACCOUNTS: readonly Account[] = [ADMINISTRATOR, COLLEAGUE];

/** Ten years: whoever waits for a renewal lets months pass, and at 60 times real time a day is over in half an hour. */
const TOKEN_LIFETIME_S = 3_650 * 86_400;

/**
 * The claims of an account's tokens.
 *
 * @param iat in s since the epoch, by the virtual clock
 * @param authTime when somebody signed in, likewise: a renewal keeps it
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export function claimsOf({ subject, email, groups }: Account, clientId: string, iat: number, authTime = iat) {
  return {
    sub: subject,
    aud: clientId,
    token_use: 'id',
    email,
    email_verified: true,
    'cognito:username': subject,
    ...(groups.length > 0 && { 'cognito:groups': groups }),
    auth_time: authTime,
    iat,
    nbf: iat,
    exp: iat + TOKEN_LIFETIME_S,
  };
}
