import type { Message } from '../../domain/alert.ts';
import { backupRewrittenMail, recoveredFromBackupMail } from './backup-mail.ts';
import type { Clock } from './clock.ts';
import { credentialReplacedMail, renewedMail } from './credential-mail.ts';
import { digestMail } from './digest-mail.ts';
import { auditBrokenMail, rateLimitedMail } from './guard-mail.ts';
import type { Mail, MailContext } from './mail.ts';
import { recoveredMail } from './recovered-mail.ts';
import { renewalDueMail } from './renewal-mail.ts';
import { degradedMail, downMail, flappingMail } from './trouble-mail.ts';

/** What is to be told of a message whose texts are plain. */
export function composeMail(message: Message, context: MailContext, clock: Clock): Mail {
  switch (message.kind) {
    case 'down':
      return downMail(message, context, clock);
    case 'degraded':
      return degradedMail(message, context, clock);
    case 'flapping':
      return flappingMail(message, context, clock);
    case 'recovered':
      return recoveredMail(message, context, clock);
    case 'renewalDue':
      return renewalDueMail(message, context, clock);
    case 'renewed':
      return renewedMail(message, context, clock);
    case 'credentialReplaced':
      return credentialReplacedMail(message, context, clock);
    case 'recoveredFromBackup':
      return recoveredFromBackupMail(message, context, clock);
    case 'backupRewritten':
      return backupRewrittenMail(message, context, clock);
    case 'rateLimited':
      return rateLimitedMail(message, context, clock);
    case 'auditBroken':
      return auditBrokenMail(message, context, clock);
    case 'digest':
      return digestMail(message, context, clock);
  }
}
