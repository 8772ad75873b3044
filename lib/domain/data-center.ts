/** The origins that one Zoho data centre is made of. All of them are origins without a trailing slash. */
export interface DataCenter {
  /** Where tokens are minted, exchanged and revoked, and where consent is given. */
  readonly accountsServer: string;
  /** Where CRM, Books, Invoice and Inventory answer. */
  readonly apiDomain: string;
  readonly deskDomain: string;
  readonly mailDomain: string;
}

/**
 * Zoho's data centres: a closed list, because the client secret is sent to the accounts server and access tokens to the
 * others. Canada's hosts cannot be built from a suffix, so none are.
 *
 * @see https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
 */
export const DATA_CENTERS = {
  us: {
    accountsServer: 'https://accounts.zoho.com',
    apiDomain: 'https://www.zohoapis.com',
    deskDomain: 'https://desk.zoho.com',
    mailDomain: 'https://mail.zoho.com',
  },
  eu: {
    accountsServer: 'https://accounts.zoho.eu',
    apiDomain: 'https://www.zohoapis.eu',
    deskDomain: 'https://desk.zoho.eu',
    mailDomain: 'https://mail.zoho.eu',
  },
  in: {
    accountsServer: 'https://accounts.zoho.in',
    apiDomain: 'https://www.zohoapis.in',
    deskDomain: 'https://desk.zoho.in',
    mailDomain: 'https://mail.zoho.in',
  },
  au: {
    accountsServer: 'https://accounts.zoho.com.au',
    apiDomain: 'https://www.zohoapis.com.au',
    deskDomain: 'https://desk.zoho.com.au',
    mailDomain: 'https://mail.zoho.com.au',
  },
  jp: {
    accountsServer: 'https://accounts.zoho.jp',
    apiDomain: 'https://www.zohoapis.jp',
    deskDomain: 'https://desk.zoho.jp',
    mailDomain: 'https://mail.zoho.jp',
  },
  ca: {
    accountsServer: 'https://accounts.zohocloud.ca',
    apiDomain: 'https://www.zohoapis.ca',
    deskDomain: 'https://desk.zohocloud.ca',
    mailDomain: 'https://mail.zohocloud.ca',
  },
  sa: {
    accountsServer: 'https://accounts.zoho.sa',
    apiDomain: 'https://www.zohoapis.sa',
    deskDomain: 'https://desk.zoho.sa',
    mailDomain: 'https://mail.zoho.sa',
  },
  cn: {
    accountsServer: 'https://accounts.zoho.com.cn',
    apiDomain: 'https://www.zohoapis.com.cn',
    deskDomain: 'https://desk.zoho.com.cn',
    mailDomain: 'https://mail.zoho.com.cn',
  },
  uk: {
    accountsServer: 'https://accounts.zoho.uk',
    apiDomain: 'https://www.zohoapis.uk',
    deskDomain: 'https://desk.zoho.uk',
    mailDomain: 'https://mail.zoho.uk',
  },
  ae: {
    accountsServer: 'https://accounts.zoho.ae',
    apiDomain: 'https://www.zohoapis.ae',
    deskDomain: 'https://desk.zoho.ae',
    mailDomain: 'https://mail.zoho.ae',
  },
} as const satisfies Record<string, DataCenter>;

export type DataCenterCode = keyof typeof DATA_CENTERS;

export const DATA_CENTER_CODES = Object.keys(DATA_CENTERS) as [DataCenterCode, ...DataCenterCode[]];

/** A connection names its data centre by code, or spells out the origins of one that is not Zoho's (a stand-in). */
export type DataCenterChoice = DataCenterCode | DataCenter;

/** The origins behind a connection's choice of data centre. */
export function resolveDataCenter(choice: DataCenterChoice): DataCenter {
  return typeof choice === 'string' ? DATA_CENTERS[choice] : choice;
}
