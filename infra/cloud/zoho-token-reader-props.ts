import { Token } from 'aws-cdk-lib';
import * as z from 'zod';
import { toDotPath } from 'zod/v4/core';
import { connectionIdSchema } from '../../lib/config/configuration.ts';
import { TokenReaderError } from './errors.ts';

/**
 * A key as policies name it: they take no alias, since what that points to may change. Only of partitions in which
 * Secrets Manager is known to KMS by the name in `onlyForSecret`; China's is not among them.
 */
const KEY_ARN = /^arn:(?<partition>aws|aws-us-gov):kms:(?<region>[a-z0-9-]+):(?<account>\d{12}):key\/[\w-]+$/;
const SECRET_NAME = /^zoho\/([^/]+)\/access-token$/;

/** What the keeper's owners tell: the stack's output `PrimaryKeyArn`, or `primaryKeyArn` of the construct. */
interface KeeperPlace {
  /** The ARN of the keeper's primary key, which says where its secrets are as well. */
  readonly keyArn: string;
  /** The keeper's account, while the key's ARN is not known at synthesis; the stack's own without it. */
  readonly account?: string;
  /** Likewise its region. */
  readonly region?: string;
}

/** One connection's access token, by the connection's id or by its secret's name, `zoho/<connection>/access-token`. */
export type ZohoTokenReaderProps = KeeperPlace &
  (
    | { readonly connection: string; readonly secretName?: never }
    | { readonly secretName: string; readonly connection?: never }
  );

/** A text that is matched as far as it is known at synthesis. */
function known(pattern: RegExp, error: string): z.ZodString {
  return z.string().refine((text) => Token.isUnresolved(text) || pattern.test(text), { error });
}

const propsSchema = z
  .strictObject({
    connection: z.optional(connectionIdSchema),
    secretName: z
      .string()
      .refine((name) => connectionIdSchema.safeParse(SECRET_NAME.exec(name)?.[1]).success, {
        error:
          'expected zoho/<connection>/access-token; no other secret of the keeper’s can be read, a credential least of all',
      })
      .optional(),
    keyArn: known(
      KEY_ARN,
      'expected the ARN of the keeper’s primary key, arn:aws:kms:<region>:<account>:key/<id>, and no alias; partitions other than aws and aws-us-gov are not supported',
    ),
    account: known(/^\d{12}$/, 'expected the twelve digits of an account').optional(),
    region: known(/^[a-z]{2,}(-[a-z]+)+-\d+$/, 'expected a region, such as eu-central-1').optional(),
  })
  .check(({ value, issues }) => {
    if ((value.connection === undefined) === (value.secretName === undefined)) {
      const message = 'expected either connection or secretName';
      issues.push({ code: 'custom', message, path: [], input: value });
    }
    const key = KEY_ARN.exec(value.keyArn)?.groups ?? {};
    for (const part of ['account', 'region'] as const) {
      const { [part]: input } = value;
      if (input === undefined || key[part] === undefined || input === key[part]) continue;
      const message = `expected ${key[part]}, where the key is, or nothing`;
      issues.push({ code: 'custom', message, path: [part], input });
    }
  });

/** Where an access token is; what the key's ARN and the properties leave open is undefined. */
export interface TokenSource {
  readonly secretName: string;
  readonly keyArn: string;
  readonly partition: string | undefined;
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/**
 * @param where names the reader, for the error's text
 * @throws {TokenReaderError}
 */
export function readTokenSource(props: ZohoTokenReaderProps, where: string): TokenSource {
  const result = propsSchema.safeParse(props);
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path, message }) => `  ${toDotPath(path) || '(top level)'}: ${message}`,
    );
    throw new TokenReaderError(`${where} cannot read an access token:\n${faults.join('\n')}`);
  }
  const { keyArn, connection, secretName = `zoho/${connection}/access-token`, ...named } = result.data;
  const key = KEY_ARN.exec(keyArn)?.groups;
  return {
    secretName,
    keyArn,
    partition: key?.partition,
    account: key?.account ?? named.account,
    region: key?.region ?? named.region,
  };
}
