import * as z from 'zod/mini';

const addressSchema = z.email('expected an e-mail address').check(
  z.maxLength(254),
  z.refine((address) => !/[\s<>,;]/.test(address), 'expected a plain e-mail address'),
);
/** As many as SES takes in one message. */
const addressesSchema = z
  .array(addressSchema)
  .check(z.minLength(1, 'expected at least one address'), z.maxLength(50));

/** Who is told, by severity; where one is missing, whoever `default` names. */
export const recipientsSchema = z.strictObject({
  default: addressesSchema,
  critical: z.optional(addressesSchema),
  warning: z.optional(addressesSchema),
  notice: z.optional(addressesSchema),
  security: z.optional(addressesSchema),
});

const timeZoneSchema = z.string().check(
  z.refine(isTimeZone, {
    error: 'expected a time zone of the IANA database, such as Europe/Berlin',
  }),
);

/** Runbooks are opened at night: a link that leads nowhere costs minutes. */
const runbooksUrlSchema = z
  .url({ protocol: /^https?$/, error: 'expected the URL of a folder' })
  .check(z.endsWith('/', 'expected the URL of a folder, with a slash at its end'));

/** Who is told of what, and how. */
export const alertsSchema = z.strictObject({
  /** What the e-mails are sent from: an address, or one of a domain, that is verified in SES. */
  sender: addressSchema,
  recipients: recipientsSchema,
  /** For how many hours the like of a problem is not told again, unless it gets worse. */
  cooldownHours: z._default(z.number().check(z.gte(0.25), z.lte(168)), 6),
  /** In which times are given besides UTC. */
  timeZone: z._default(timeZoneSchema, 'UTC'),
  /** At which hour there, from 0, the daily digest is sent while something is not as it should be. */
  digestHour: z._default(z.int().check(z.gte(0), z.lte(23)), 8),
  /** Where docs/runbooks can be read; without it, e-mails name the file. */
  runbooksUrl: z._default(z.nullable(runbooksUrlSchema), null),
});

export type AlertsConfiguration = z.infer<typeof alertsSchema>;
export type Recipients = z.infer<typeof recipientsSchema>;

/**
 * Who is told of something of a severity.
 *
 * @param own the connection's own recipients, which go before the deployment's
 */
export function recipientsOf(
  { recipients }: Pick<AlertsConfiguration, 'recipients'>,
  own: Recipients | null,
  severity: Exclude<keyof Recipients, 'default'>,
): readonly string[] {
  return own?.[severity] ?? own?.default ?? recipients[severity] ?? recipients.default;
}

/**
 * Where a runbook can be read.
 *
 * @param name of a file in docs/runbooks, without its ending
 * @returns its URL, or its path in the project when it is published nowhere
 */
export function runbookAt(runbooksUrl: string | null, name: string): string {
  return `${runbooksUrl ?? 'docs/runbooks/'}${name}.md`;
}

/**
 * A first formatter takes as long to make as a quarter of a function's module does to load, and the list of zones a tenth
 * of that. The list lacks UTC and names that were given up, so it cannot say no.
 */
function isTimeZone(name: string): boolean {
  if (name === 'UTC' || Intl.supportedValuesOf('timeZone').includes(name)) return true;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
