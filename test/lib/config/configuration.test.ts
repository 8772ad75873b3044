import { describe, expect, it } from 'vitest';
import { ConfigurationError, parseConfiguration } from '../../../lib/config/configuration.ts';
import { ALERTS, aConnection } from '../../support/builders.ts';

const parse = (connections: unknown) =>
  parseConfiguration(JSON.stringify({ connections, alerts: ALERTS }), 'connections.json');

describe('the deployment’s configuration', () => {
  it('takes every data centre by its code, or by explicit origins on loopback', () => {
    const simulator = 'http://127.0.0.1:4000';
    const dataCenter = {
      accountsServer: simulator,
      apiDomain: simulator,
      deskDomain: simulator,
      mailDomain: simulator,
    };
    expect(
      parse([aConnection({ dataCenter: 'ca' }), { ...aConnection({ id: 'local' }), dataCenter }])
        .connections[1],
    ).toEqual({ ...aConnection({ id: 'local' }), dataCenter });
  });

  it('fits 200 connections', () => {
    const connections = Array.from({ length: 200 }, (_, index) => aConnection({ id: `crm-${index}` }));
    expect(parse(connections).connections).toHaveLength(200);
  });

  const origins = (accountsServer: string) => ({
    ...aConnection(),
    dataCenter: {
      accountsServer,
      apiDomain: 'https://a.example',
      deskDomain: 'https://a.example',
      mailDomain: 'https://a.example',
    },
  });
  it.each<[string, unknown, string, string]>([
    [
      'an unknown data centre',
      [{ ...aConnection(), dataCenter: 'mars' }],
      'connections[0].dataCenter',
      'expected one of us, eu',
    ],
    ['a duplicate id', [aConnection(), aConnection()], 'connections[1].id', 'stands twice'],
    [
      "a connection named as the clients' folder",
      [aConnection({ id: 'clients' })],
      'connections[0].id',
      'clients',
    ],
    [
      "a client named as a connection's secret",
      [aConnection({ client: 'credential' })],
      'connections[0].client',
      'another id',
    ],
    [
      'a scope with a space',
      [aConnection({ scopes: ['ZohoCRM.org.READ ZohoCRM.users.READ'] })],
      'connections[0].scopes[0]',
      'without spaces',
    ],
    ['no scope', [aConnection({ scopes: [] })], 'connections[0].scopes', 'at least one'],
    [
      'scopes without the one that the probe needs',
      [aConnection({ scopes: ['ZohoCRM.modules.ALL'] })],
      'connections[0].scopes',
      'ZohoCRM.org.READ',
    ],
    ['an id with a slash', [aConnection({ id: 'crm/a' })], 'connections[0].id', 'lower-case'],
    [
      'http off loopback',
      [origins('http://accounts.example')],
      'connections[0].dataCenter.accountsServer',
      'https',
    ],
    [
      'credentials in a URL',
      [origins('https://user:pass@accounts.example')],
      'connections[0].dataCenter.accountsServer',
      'without credentials',
    ],
    [
      'a path where an origin belongs',
      [origins('https://accounts.example/oauth')],
      'connections[0].dataCenter.accountsServer',
      'origin only',
    ],
    [
      'a probe over http',
      [aConnection({ probe: { url: 'http://probe.example/' } })],
      'connections[0].probe.url',
      'https',
    ],
    ['a field nobody knows', [{ ...aConnection(), renew: true }], 'connections[0]', 'renew'],
    ['no connection', [], 'connections', 'at least one'],
  ])('refuses %s, naming the field and what is expected', (_name, connections, path, expectation) => {
    expect(() => parse(connections)).toThrow(ConfigurationError);
    expect(() => parse(connections)).toThrow(`  ${path}: `);
    expect(() => parse(connections)).toThrow(expectation);
  });

  it('refuses what is not JSON, naming the file', () => {
    expect(() => parseConfiguration('{', 'infra/connections.json')).toThrow(
      /^infra\/connections\.json is not valid JSON/,
    );
  });
});
