import { describe, expect, it } from 'vitest';
import { recipientsOf, runbookAt } from '../../../lib/config/alerts-configuration.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { ALERTS, aConnection } from '../../support/builders.ts';

const parse = (alerts: object | undefined, connection: object = {}) =>
  parseConfiguration(
    JSON.stringify({ connections: [{ ...aConnection(), ...connection }], alerts }),
    'connections.json',
  );

describe('who is told, as the deployment declares it', () => {
  it('has its defaults', () => {
    expect(parse(ALERTS).alerts).toEqual({
      ...ALERTS,
      cooldownHours: 6,
      timeZone: 'UTC',
      digestHour: 8,
      runbooksUrl: null,
    });
  });

  it.each(['UTC', 'Europe/Berlin', 'Asia/Calcutta', 'US/Eastern', 'europe/berlin', '+02:00'])(
    'takes the time zone %s',
    (timeZone) => {
      expect(parse({ ...ALERTS, timeZone }).alerts.timeZone).toBe(timeZone);
    },
  );

  it.each<[string, object | undefined, string]>([
    ['nobody', undefined, 'alerts: '],
    ['no recipients', { sender: ALERTS.sender }, 'alerts.recipients: '],
    [
      'an empty list',
      { ...ALERTS, recipients: { default: [] } },
      'alerts.recipients.default: expected at least one',
    ],
    [
      'a name for an address',
      { ...ALERTS, sender: 'Keeper <keeper@company.example>' },
      'alerts.sender: expected an e-mail address',
    ],
    [
      'an unknown severity',
      { ...ALERTS, recipients: { ...ALERTS.recipients, urgent: ['a@b.example'] } },
      'alerts.recipients: Unrecognized key: "urgent"',
    ],
    [
      'a zone that is none',
      { ...ALERTS, timeZone: 'Europe/Atlantis' },
      'alerts.timeZone: expected a time zone',
    ],
    ['an hour that is none', { ...ALERTS, digestHour: 24 }, 'alerts.digestHour: '],
    ['a cooldown of nothing', { ...ALERTS, cooldownHours: 0 }, 'alerts.cooldownHours: '],
    [
      'a folder without its slash',
      { ...ALERTS, runbooksUrl: 'https://wiki.company.example/keeper' },
      'alerts.runbooksUrl: expected the URL of a folder, with a slash',
    ],
    [
      'a folder that no browser opens',
      { ...ALERTS, runbooksUrl: 'docs/' },
      'alerts.runbooksUrl: expected the URL of a folder',
    ],
  ])('refuses %s, by the field', (_, alerts, message) => {
    expect(() => parse(alerts)).toThrow(message);
  });

  it('refuses a connection’s recipients as it does the deployment’s', () => {
    expect(() => parse(ALERTS, { recipients: { default: ['nobody'] } })).toThrow(
      'connections[0].recipients.default[0]: expected an e-mail address',
    );
  });
});

describe('whom something goes to', () => {
  const alerts = { recipients: { default: ['all@x.example'], critical: ['on-call@x.example'] } };
  const own = { default: ['crm@x.example'], security: ['ciso@x.example'] };

  it.each([
    ['critical', null, ['on-call@x.example']],
    ['warning', null, ['all@x.example']],
    ['critical', own, ['crm@x.example']],
    ['security', own, ['ciso@x.example']],
  ] as const)('%s, of a connection with %j', (severity, ofConnection, expected) => {
    expect(
      recipientsOf(
        alerts,
        ofConnection && {
          ...ofConnection,
          default: [...ofConnection.default],
          security: [...ofConnection.security],
        },
        severity,
      ),
    ).toEqual(expected);
  });

  it('a runbook is a link where runbooks are published, and else a file', () => {
    expect(runbookAt('https://wiki.x.example/keeper/', 'connection-down')).toBe(
      'https://wiki.x.example/keeper/connection-down.md',
    );
    expect(runbookAt(null, 'connection-down')).toBe('docs/runbooks/connection-down.md');
  });
});
