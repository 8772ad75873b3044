/** What the suite runs against; `aws` is AWS itself, or anything that claims to be no different. */
export const IMPLEMENTATIONS = ['aws', 'moto', 'twin'] as const;

export type Implementation = (typeof IMPLEMENTATIONS)[number];

/** Something that an implementation is known to do otherwise than AWS. */
export interface Deviation {
  readonly service: string;
  /** The name of the check that fails by it. */
  readonly behaviour: string;
  /** What it does instead. */
  readonly instead: string;
  /** How the check fails by it, so that it cannot fail by anything else unseen. */
  readonly symptom: RegExp;
  /** AWS's page that says how it should be. */
  readonly documentation: string;
}

const SECRETS_MANAGER = 'https://docs.aws.amazon.com/secretsmanager/latest/apireference';

const KEY_STATE_CHECKS = [
  ['a disabled key makes no data key', 'DisabledException'],
  ['a disabled key opens nothing, until it is enabled', 'DisabledException'],
  ['a key that is pending deletion makes no data key', 'KMSInvalidStateException'],
  ['a key that is pending deletion opens nothing', 'KMSInvalidStateException'],
] as const;

const CHECKSUM_CHECKS = [
  'a content that its checksum does not fit is refused',
  'a content that its MD5 does not fit is refused',
];

/** Its Secrets Manager does not ask its KMS, so a key's state changes nothing. */
const KEYLESS = {
  service: 'Secrets Manager',
  instead: 'secrets are read and written whatever has become of their key',
  symptom: isNot('not refused', 'DecryptionFailure'),
  documentation: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html',
};

const SES_API = 'https://docs.aws.amazon.com/ses/latest';

/** What it does not know it answers with a page for people. */
const UNKNOWN_TO_SES = [
  ['an account says whether it may send, and what', 'GetAccount', /^SyntaxError: Unexpected token '<'/],
  [
    'an address that is not on the suppression list is not found',
    'GetSuppressedDestination',
    isNot('SyntaxError', 'NotFoundException'),
  ],
  [
    'an address on the suppression list says why, until it is taken off',
    'PutSuppressedDestination',
    /^SyntaxError: Unexpected token '<'/,
  ],
  [
    'a mail to an address on the suppression list is taken',
    'PutSuppressedDestination',
    /^SyntaxError: Unexpected token '<'/,
  ],
] as const;

const MOTO: readonly Deviation[] = [
  {
    service: 'Secrets Manager',
    behaviour: 'what has been promoted is read',
    instead: 'a value read without a label stays the one that was put as current last',
    symptom: isNot('first', 'second'),
    documentation: `${SECRETS_MANAGER}/API_GetSecretValue.html`,
  },
  {
    service: 'Secrets Manager',
    behaviour: 'a label is taken off a version',
    instead: 'a version without a label is described, with an empty list',
    symptom: /expected \{ …\(2\) \} to deeply equal \{ …\(1\) \}/,
    documentation: `${SECRETS_MANAGER}/API_DescribeSecret.html`,
  },
  {
    service: 'Secrets Manager',
    behaviour: 'a version without a label is listed only on demand',
    instead: 'it is always listed',
    symptom: /expected \[ …\(3\) \] to not include/,
    documentation: `${SECRETS_MANAGER}/API_ListSecretVersionIds.html`,
  },
  {
    service: 'Secrets Manager',
    behaviour: 'a secret scheduled for deletion is not written',
    instead: 'it is',
    symptom: isNot('not refused', 'InvalidRequestException'),
    documentation: `${SECRETS_MANAGER}/API_PutSecretValue.html`,
  },
  {
    service: 'Secrets Manager',
    behaviour: 'a secret scheduled for deletion keeps its name',
    instead: 'the name is refused as that of a secret which exists',
    symptom: isNot('ResourceExistsException', 'InvalidRequestException'),
    documentation: `${SECRETS_MANAGER}/API_CreateSecret.html`,
  },
  {
    ...KEYLESS,
    behaviour: 'a secret under a disabled key is neither read nor written, until the key is enabled',
  },
  { ...KEYLESS, behaviour: 'a secret under a key that is pending deletion is neither read nor written' },
  { ...KEYLESS, behaviour: 'another key alone opens what is written under it' },
  {
    ...KEYLESS,
    behaviour: 'another key takes over from one that does not work, for what is written from then on',
  },
  ...KEY_STATE_CHECKS.map(([behaviour, code]) => ({
    service: 'KMS',
    behaviour,
    instead: 'it does, whatever its state',
    symptom: isNot('not refused', code),
    documentation: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html',
  })),
  {
    service: 'S3',
    behaviour: 'retention is not shortened',
    instead: 'it is, by anybody',
    symptom: isNot('not refused', 'AccessDenied'),
    documentation: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html',
  },
  ...CHECKSUM_CHECKS.map((behaviour) => ({
    service: 'S3',
    behaviour,
    instead: 'it is taken',
    symptom: isNot('not refused', 'BadDigest'),
    documentation:
      'https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html',
  })),
  {
    service: 'SES',
    behaviour: 'an account that is paused sends nothing, until it is resumed',
    instead: 'it does not know UpdateAccountSendingEnabled',
    symptom: /^Error: @aws-sdk XML parse error/,
    documentation: `${SES_API}/APIReference/API_UpdateAccountSendingEnabled.html`,
  },
  ...UNKNOWN_TO_SES.map(([behaviour, operation, symptom]) => ({
    service: 'SES',
    behaviour,
    instead: `it does not know ${operation}`,
    symptom,
    documentation: `${SES_API}/APIReference-V2/API_${operation}.html`,
  })),
];

export const DEVIATIONS: Readonly<Record<Implementation, readonly Deviation[]>> = {
  aws: [],
  moto: MOTO,
  twin: [],
};

/** How long an implementation may take until a change is seen; those on one machine show it at once. */
export const SETTLING_MS: Readonly<Record<Implementation, number>> = { aws: 15_000, moto: 0, twin: 0 };

export function printDeviations(implementation: Implementation): void {
  for (const { service, behaviour, instead, documentation } of DEVIATIONS[implementation]) {
    console.log(`${implementation} deviates: ${service}: "${behaviour}": ${instead} (${documentation})`);
  }
}

function isNot(received: string, expected: string): RegExp {
  return new RegExp(`^AssertionError: expected '${received}' to be '${expected}'`);
}
