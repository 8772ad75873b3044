import { describe, expect, it } from 'vitest';
import { bundleMessages, FEWEST_TOGETHER } from '../../../lib/alerts/bundle-messages.ts';
import type { Message } from '../../../lib/domain/alert.ts';
import { SAMPLES } from './mail/samples.ts';

const many = (message: Message, to: string[], count: number) =>
  Array.from({ length: count }, (_, index) => ({
    waiting: { message: { ...message, id: `${message.kind} ${to.join()} ${index}` }, to, notBeforeMs: null },
  }));
const sizes = (next: ReturnType<typeof many>) => bundleMessages(next).map((bundle) => bundle.length);

describe('messages that wait', () => {
  const team = ['team@company.example'];

  it('go one by one while they are few', () => {
    expect(sizes(many(SAMPLES.down, team, FEWEST_TOGETHER - 1))).toEqual([1, 1, 1, 1]);
  });

  it('go together when they are many of one kind', () => {
    expect(sizes(many(SAMPLES.down, team, 40))).toEqual([40]);
    expect(sizes([...many(SAMPLES.down, team, 5), ...many(SAMPLES.recovered, team, 2)])).toEqual([5, 1, 1]);
  });

  it('go to the people that they are for', () => {
    expect(
      sizes([...many(SAMPLES.down, team, 5), ...many(SAMPLES.down, ['on-call@company.example'], 6)]),
    ).toEqual([5, 6]);
  });

  it('go one by one when they say who did what', () => {
    expect(sizes(many(SAMPLES.credentialReplaced, team, 6))).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are each in one of the bundles', () => {
    const next = Object.values(SAMPLES).flatMap((message: Message) => many(message, team, 7));
    expect(bundleMessages(next).flat()).toHaveLength(next.length);
  });
});
