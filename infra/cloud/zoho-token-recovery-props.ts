// Written out, since types inferred from the configuration's schema would have embedders install zod. A test holds both alike.

/** Zoho's data centres, by their codes in its documentation. */
export type DataCenterCode = 'us' | 'eu' | 'in' | 'au' | 'jp' | 'ca' | 'sa' | 'uk' | 'cn' | 'ae';

/** One consent of one Zoho organisation to one OAuth client. */
export interface ConnectionProps {
  /** Names the connection everywhere: `zoho/<id>/credential`, `zoho/<id>/access-token`. */
  readonly id: string;
  /** The OAuth client whose id and secret an operator puts into `zoho/clients/<client>`. */
  readonly client: string;
  /** Where the organisation is: a code, or the origins of a data centre of your own. */
  readonly dataCenter:
    | DataCenterCode
    | {
        readonly accountsServer: string;
        readonly apiDomain: string;
        readonly deskDomain: string;
        readonly mailDomain: string;
      };
  /** Such as `ZohoCRM.modules.READ`; the probe's own has to be among them. */
  readonly scopes: readonly string[];
  /** The cheap call that proves an access token: of one of Zoho's products, or an address of your own. */
  readonly probe: 'crm' | 'books' | 'invoice' | 'inventory' | 'desk' | 'mail' | { readonly url: string };
  /**
   * After how many days a person is to consent anew, by the company's own rules.
   *
   * @default null, never
   */
  readonly renewEveryDays?: number | null | undefined;
  /**
   * How many days before a renewal is due it is told, once each.
   *
   * @default [7, 3, 1]
   */
  readonly warnDaysBefore?: readonly number[] | undefined;
  /**
   * Whether a renewal is opened by itself with the first of these warnings.
   *
   * @default false
   */
  readonly autoInitiate?: boolean | undefined;
  /**
   * Who is told of this connection.
   *
   * @default null, whoever `alerts.recipients` names
   */
  readonly recipients?: RecipientsProps | null | undefined;
}

/** Who is told, by severity; where one is missing, whoever `default` names. */
export interface RecipientsProps {
  readonly default: readonly string[];
  readonly critical?: readonly string[] | undefined;
  readonly warning?: readonly string[] | undefined;
  readonly notice?: readonly string[] | undefined;
  readonly security?: readonly string[] | undefined;
}

/** Who is told of what, and how. */
export interface AlertsProps {
  /** What the e-mails are sent from: an address, or one of a domain, that is verified in SES. */
  readonly sender: string;
  readonly recipients: RecipientsProps;
  /**
   * For how many hours the like of a problem is not told again, unless it gets worse.
   *
   * @default 6
   */
  readonly cooldownHours?: number | undefined;
  /**
   * In which times are given besides UTC, such as `Europe/Berlin`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string | undefined;
  /**
   * At which hour there the daily digest is sent while something is not as it should be.
   *
   * @default 8
   */
  readonly digestHour?: number | undefined;
  /**
   * Where the runbooks can be read: the URL of a folder, with a slash at its end.
   *
   * @default null, e-mails name the file
   */
  readonly runbooksUrl?: string | null | undefined;
}

/** How often an admin may do what, per hour. */
export interface RateLimitsProps {
  /** @default 5 */
  readonly reauthorize?: number | undefined;
  /** @default 10 */
  readonly override?: number | undefined;
  /** @default 10 */
  readonly refresh?: number | undefined;
  /** @default 10 */
  readonly restore?: number | undefined;
  /** @default 10 */
  readonly healthCheck?: number | undefined;
}

/** What a keeper is made from: plain values, as in a configuration's file, since they are checked at synthesis. */
export interface ZohoTokenRecoveryProps {
  /** 1 to about 180: a stack holds 500 resources. */
  readonly connections: readonly ConnectionProps[];
  readonly alerts: AlertsProps;
  readonly rateLimits?: RateLimitsProps | undefined;
}
