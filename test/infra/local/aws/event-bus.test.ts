import { describe, expect, it, vi } from 'vitest';
import { EventBus, type EventRule } from '../../../../infra/local/aws/event-bus.ts';

const account = { accountId: '000000000000', region: 'us-east-1' };
const NOW_MS = Date.UTC(2040, 0, 1, 12, 30, 15, 999);
const ENTRY = { Source: 'keeper', DetailType: 'Incident opened', Detail: '{"connection":"crm"}' };

function aRule(differing: Partial<EventRule> = {}): EventRule {
  return {
    arn: 'arn:rule',
    pattern: { source: ['keeper'] },
    isEnabled: true,
    targets: [{ functionName: 'alert', input: null }],
    ...differing,
  };
}

/** A bus with rules, and what it invoked. */
function route(...rules: EventRule[]) {
  const bus = new EventBus();
  const invoke = vi.fn<(functionName: string, event: unknown) => void>();
  bus.route({ rules, account, nowMs: () => NOW_MS, invoke });
  const put = (...Entries: object[]) =>
    bus.call({ operation: 'PutEvents', input: { Entries }, principal: 'refresh' });
  return { bus, invoke, put };
}

describe('an event on the bus', () => {
  it('gets to each rule’s target as EventBridge delivers it', async () => {
    const { invoke, put } = route(aRule());
    const answer = await put({ ...ENTRY, Resources: ['arn:secret'] });
    const [id] = (answer as { Entries: { EventId: string }[] }).Entries.map(({ EventId }) => EventId);
    expect(invoke.mock.calls).toEqual([
      [
        'alert',
        {
          version: '0',
          id,
          'detail-type': 'Incident opened',
          source: 'keeper',
          account: '000000000000',
          time: '2040-01-01T12:30:15Z',
          region: 'us-east-1',
          resources: ['arn:secret'],
          detail: { connection: 'crm' },
        },
      ],
    ]);
  });

  it('happened when its sender says', async () => {
    const { invoke, put } = route(aRule());
    await put({ ...ENTRY, Time: Date.UTC(2039, 0, 1) / 1000 });
    expect(invoke.mock.lastCall?.[1]).toMatchObject({ time: '2039-01-01T00:00:00Z', resources: [] });
  });

  it('gets to every rule that matches, and to each of its targets, with the input that one names', async () => {
    const targets = [
      { functionName: 'first', input: null },
      { functionName: 'second', input: { constant: true } },
    ];
    const { invoke, put } = route(aRule({ targets }), aRule());
    await put(ENTRY);
    expect(invoke.mock.calls.map(([functionName]) => functionName)).toEqual(['first', 'second', 'alert']);
    expect(invoke.mock.calls[1]?.[1]).toEqual({ constant: true });
  });

  it.each([
    ['that does not match', aRule({ pattern: { detail: { connection: ['books'] } } }), ENTRY],
    ['that is disabled', aRule({ isEnabled: false }), ENTRY],
    ['of the default bus, from another bus', aRule(), { ...ENTRY, EventBusName: 'other' }],
  ])('does not get to a rule %s', async (_, rule, entry) => {
    const { bus, invoke, put } = route(rule);
    await put(entry);
    expect(invoke).not.toHaveBeenCalled();
    expect(bus.events).toHaveLength(1);
  });

  it('gets there from the default bus by whatever name', async () => {
    const { invoke, put } = route(aRule());
    const arn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
    await put({ ...ENTRY, EventBusName: 'default' }, { ...ENTRY, EventBusName: arn });
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  it.each(['{', '[]', '"text"', ''])(
    'with the detail “%s” is refused, and no other with it',
    async (Detail) => {
      const { bus, invoke, put } = route(aRule());
      expect(await put({ ...ENTRY, Detail }, ENTRY)).toEqual({
        FailedEntryCount: 1,
        Entries: [
          { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
          { EventId: expect.any(String) },
        ],
      });
      expect(invoke).toHaveBeenCalledTimes(1);
      expect(bus.events).toHaveLength(1);
    },
  );
});
