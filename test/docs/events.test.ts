import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { matchesPattern } from '../../infra/local/aws/event-pattern.ts';
import { EVENT_DETAILS, type EventType } from '../../lib/events/event-details.ts';
import { EVENT_SOURCE } from '../../lib/events/keeper-events.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const page = readFileSync(new URL('events.md', DOCS), 'utf8');
const blocks = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) => JSON.parse(text));
const types = Object.keys(EVENT_DETAILS) as EventType[];

/** A format says it better. */
function withoutPattern({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

describe('the events that are documented', () => {
  it.each(types)('%s: has a JSON Schema that is the code’s own', async (type) => {
    const schema = z.toJSONSchema(EVENT_DETAILS[type], { io: 'input', override: withoutPattern });
    const file = new URL(`events/${type}.v1.json`, DOCS).pathname;
    await expect(`${JSON.stringify({ title: type, ...schema }, null, 2)}\n`).toMatchFileSnapshot(file);
    expect(page).toContain(`(events/${type}.v1.json)`);
  });

  it.each(types)('%s: is shown as it is', (type) => {
    const [example] = blocks.filter((block) => block['detail-type'] === type);
    expect(example.source).toBe(EVENT_SOURCE);
    expect(z.strictObject(EVENT_DETAILS[type].shape).parse(example.detail)).toEqual(example.detail);
  });

  it('are caught by the sample rule, and only those that it means', () => {
    const rules = blocks.filter((block) => Array.isArray(block.source));
    const events = blocks.filter((block) => !Array.isArray(block.source));
    expect(rules).toHaveLength(1);
    expect(events.map((event) => matchesPattern(rules[0], event))).toEqual([false, false, true]);
  });
});
