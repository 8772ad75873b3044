import type { AlertOf } from '../../domain/alert.ts';
import type { CredentialPlace } from '../../domain/credential.ts';
import { RUNBOOK_OF } from '../runbooks.ts';
import { look } from './admin-ways.ts';
import type { Clock } from './clock.ts';
import { lookUpCalls } from './commands.ts';
import { consumersServed, consumersUntouched } from './consumers.ts';
import { known, type Mail, type MailContext } from './mail.ts';
import { listed, theStore } from './words.ts';

/** Something that was lost, or of no use, came back by itself. */
export function recoveredFromBackupMail(
  alert: AlertOf<'recoveredFromBackup'>,
  context: MailContext,
  clock: Clock,
): Mail {
  const { connection, from, repairs, generation } = alert;
  const { short, happened } = RECOVERIES[from];
  return {
    subject: `${connection} recovered by itself: ${short}`,
    tone: 'attention',
    about: connection,
    state: 'recovered by itself',
    urgency: 'Can wait until morning: find out why',
    title: `Recovered by itself: ${short}`,
    happened,
    consumers: consumersServed(alert.consumersFineUntilMs, clock),
    since: `Noticed at ${clock.at(alert.atMs)}.`,
    steps: [
      {
        text: 'Nothing to do for consumers. By day, see that the connection is healthy and backed up:',
        ...look(context, 'status', { connection }),
      },
      {
        text: 'Find out who deleted or changed the secret, and whether that was meant:',
        command: lookUpCalls('DeleteSecret'),
      },
    ],
    parts: [],
    facts: known({
      Connection: connection,
      'Found in': PLACES[from],
      Repaired: repairs.length === 0 ? null : listed(repairs.slice(0, 10)),
      Generation: generation,
    }),
    runbook: RUNBOOK_OF.recoveredFromBackup,
    why: 'This e-mail comes once for each time that something lost was brought back.',
  };
}

/** A backup was missing, and was written again. */
export function backupRewrittenMail(
  alert: AlertOf<'backupRewritten'>,
  context: MailContext,
  clock: Clock,
): Mail {
  const { connection, stores, generation } = alert;
  const where = listed(stores.map(theStore)) || 'no store';
  return {
    subject: `${connection} backup was missing: written again to ${where}`,
    tone: 'attention',
    about: connection,
    state: 'backup rewritten',
    urgency: 'Can wait until morning: find out why',
    title: 'A backup was missing and is there again',
    happened: `The backup of the running credential was missing or could not be opened; it was written again to ${where}.`,
    consumers: consumersUntouched('The running credential works, and no token was touched.'),
    since: `Noticed at ${clock.at(alert.atMs)}; the backups are looked at every six hours.`,
    steps: [
      {
        text: 'Nothing has to be repaired. By day, see which generations are kept where, and which cannot be used:',
        ...look(context, 'backups', { connection }),
      },
      {
        text: 'Find out where the backup went: a table or bucket that was restored or emptied, or a key that was changed.',
      },
    ],
    parts: [],
    facts: known({ Connection: connection, 'Written to': where, Generation: generation }),
    runbook: RUNBOOK_OF.backupRewritten,
    why: `This e-mail comes when a backup had to be written again.`,
  };
}

const PLACES: Readonly<Record<CredentialPlace, string>> = {
  staged: 'the secret, where it was left staged',
  current: 'the secret, in its place',
  previous: 'the secret, as its previous version',
  backupTable: 'the backup table',
  backupBucket: 'the backup bucket',
};

const FROM_BACKUP =
  'The stored credential was lost or of no use; one that works was found in the backups, proven at Zoho, and took its place.';
const RECOVERIES: Readonly<Record<CredentialPlace, { short: string; happened: string }>> = {
  staged: {
    short: 'a lost secret is back',
    happened: 'A secret was lost and made again; the credential that was staged took its place.',
  },
  current: {
    short: 'a lost secret is back',
    happened: 'A secret was lost and made again; the credential itself was not lost.',
  },
  previous: {
    short: 'the previous credential took over',
    happened: 'The current credential was of no use; the one before it works, and took its place.',
  },
  backupTable: { short: 'credential taken from the backup table', happened: FROM_BACKUP },
  backupBucket: { short: 'credential taken from the backup bucket', happened: FROM_BACKUP },
};
