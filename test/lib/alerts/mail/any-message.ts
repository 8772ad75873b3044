import fc from 'fast-check';
import type { Message } from '../../../../lib/domain/alert.ts';
import { FAILURE_CLASSES } from '../../../../lib/domain/failure.ts';
import { HEALTHS } from '../../../../lib/domain/health.ts';
import { SAMPLES } from './samples.ts';

/** Any text, what HTML, headers and shells are made of, and words. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
  fc.string({
    minLength: 1,
    maxLength: 1_500,
    unit: fc.constantFrom(
      ...'<>&"\'/=;#!`$()\\ \r\n\t\0',
      '<script>',
      '<img src=x onerror=alert(1)>',
      '" onclick="',
      '\u2028',
      '\u202e',
      'Bcc: ',
      '😀',
    ),
  }),
  fc.lorem({ maxCount: 60 }),
);

const connection = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
const time = fc.integer({ min: 0, max: 8.64e15 });

/** Of a kind's sample, every text hostile and every time any; names of things are as they may be. */
function hostileLike(value: unknown, key = ''): fc.Arbitrary<unknown> {
  if (Array.isArray(value)) return fc.tuple(...value.map((item) => hostileLike(item, key)));
  if (typeof value === 'object' && value !== null)
    return fc.record(
      Object.fromEntries(Object.entries(value).map(([name, item]) => [name, hostileLike(item, name)])),
    );
  if (key === 'failureClass') return fc.constantFrom(null, ...FAILURE_CLASSES);
  if (key === 'health') return fc.constantFrom(...HEALTHS);
  if (key === 'connection') return connection;
  if (key === 'consumersFineUntilMs' || key === 'nextAttemptAtMs') return fc.oneof(time, fc.constant(null));
  if (key.endsWith('Ms')) return time;
  if (key === 'incident' || value === null) return fc.constant(value);
  if (typeof value === 'string' && !FIXED.has(key)) return hostile;
  return fc.constant(value);
}

/** What a schema names one by one. */
const FIXED = new Set(['kind', 'severity', 'status', 'from', 'backedUpIn', 'stores']);

/** A message of any kind, with whatever the outside world puts into it. */
export const anyMessage: fc.Arbitrary<Message> = fc
  .constantFrom(...Object.values(SAMPLES))
  .chain((sample) => hostileLike(sample) as fc.Arbitrary<Message>);

/** What a message says is to be done. */
export function remediesOf(message: Message): string[] {
  if ('remedy' in message) return [message.remedy];
  if (message.kind !== 'digest') return [];
  return message.entries.flatMap(({ failure }) => (failure ? [failure.remedy] : []));
}
