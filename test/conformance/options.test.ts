import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeServer, listen } from '../../infra/local/http-server.ts';
import { assertReachable, parseCommandLine, UsageError } from './options.ts';

const ENVIRONMENT = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' };
const ENDPOINT = ['--endpoint', 'http://127.0.0.1:5000'];

describe('the command line', () => {
  it('names an endpoint; region and credentials are those of the environment', () => {
    expect(parseCommandLine([...ENDPOINT, '--implementation', 'moto'], ENVIRONMENT)).toEqual({
      implementation: 'moto',
      endpoint: {
        url: 'http://127.0.0.1:5000',
        region: 'eu-west-1',
        credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
        sender: null,
        settlingMs: 0,
      },
    });
  });

  it('allows no deviation unless it names an implementation', () => {
    expect(parseCommandLine(ENDPOINT, ENVIRONMENT)?.implementation).toBe('aws');
  });

  it('may name AWS itself', () => {
    const args = ['--endpoint', 'aws', '--sender', 'keeper@example.com'];
    const environment = { ...ENVIRONMENT, AWS_SESSION_TOKEN: 'token' };
    expect(parseCommandLine(args, environment)?.endpoint).toMatchObject({
      url: null,
      sender: 'keeper@example.com',
      credentials: { sessionToken: 'token' },
    });
  });

  it('asks for help', () => {
    expect(parseCommandLine(['--help'], {})).toBeNull();
  });

  const { AWS_REGION: _, ...noRegion } = ENVIRONMENT;
  it.each([
    ['no endpoint', [], ENVIRONMENT, '--endpoint URL is missing; see --help'],
    ['an address that is none', ['--endpoint', 'localhost'], ENVIRONMENT, /^--endpoint is "localhost", but/],
    ['another protocol', ['--endpoint', 'ftp://x'], ENVIRONMENT, /^--endpoint is "ftp:\/\/x", but expected/],
    [
      'an unknown implementation',
      [...ENDPOINT, '--implementation', 'other'],
      ENVIRONMENT,
      '--implementation is "other", but expected aws, moto, twin',
    ],
    ['an unknown option', [...ENDPOINT, '--fast'], ENVIRONMENT, /^Unknown option '--fast'.*; see --help$/],
    ['no region', ENDPOINT, noRegion, 'AWS_REGION is not set in the environment; see --help'],
    ['no credentials', ENDPOINT, { AWS_REGION: 'x' }, /^AWS_ACCESS_KEY_ID is not set; AWS_SECRET_ACCESS_KEY/],
  ])('is refused with %s', (_, args, environment, message) => {
    expect(() => parseCommandLine(args, environment)).toThrow(UsageError);
    expect(() => parseCommandLine(args, environment)).toThrow(message);
  });
});

describe('an endpoint', () => {
  const endpointAt = (url: string) => {
    const run = parseCommandLine(['--endpoint', url], ENVIRONMENT);
    if (!run) throw new Error('only help was asked for');
    return run.endpoint;
  };

  it('may answer whatever it likes', async () => {
    const server = createServer((_, response) => void response.writeHead(404).end());
    onTestFinished(() => closeServer(server));
    await assertReachable(endpointAt(await listen(server)));
  });

  it('at which nothing answers is refused', async () => {
    const server = createServer();
    const url = await listen(server);
    await closeServer(server);
    await expect(assertReachable(endpointAt(url))).rejects.toThrow(`nothing answers at ${url}`);
  });
});
