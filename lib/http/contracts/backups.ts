import * as z from 'zod/mini';
import { BACKUP_STORES } from '../../domain/backup.ts';
import { defineContract } from '../contract.ts';
import { connectionField, timeOrNeverAnswer } from './fields.ts';

const backup = z
  .object({
    generation: z.int(),
    storedAt: z
      .object({ table: timeOrNeverAnswer, bucket: timeOrNeverAnswer })
      .check(z.meta({ description: 'Since when each store keeps it; null where it is not kept.' })),
    isCurrent: z.boolean().check(z.meta({ description: 'Whether this generation is the one that runs.' })),
  })
  .check(z.meta({ id: 'Backup' }));

export const BACKUPS = defineContract({
  method: 'GET',
  path: '/api/zoho/backups',
  summary: 'The generations that can be restored',
  description:
    'Lists the backups of a connection’s credential as they say of themselves: nothing is decrypted for it. What cannot be used is named with its reason.',
  query: z.strictObject({ connection: connectionField }),
  body: null,
  success: {
    status: 200,
    description: 'Newest first.',
    schema: z.object({
      connection: z.string(),
      backups: z.readonly(z.array(backup)),
      unusable: z.readonly(
        z.array(z.object({ store: z.enum(BACKUP_STORES), code: z.string(), detail: z.string() })),
      ),
    }),
  },
  problems: ['invalid-request', 'unknown-connection'],
});
