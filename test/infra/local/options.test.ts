import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../../infra/local/options.ts';

describe('the command line of npm start', () => {
  it('has defaults for everything', () => {
    expect(parseCommandLine([])).toEqual({
      port: 3000,
      speed: 1,
      fresh: false,
      json: false,
      configuration: null,
      help: false,
    });
  });

  it('takes every flag', () => {
    const args = [
      '--port',
      '0',
      '--speed',
      '0.5',
      '--fresh',
      '--json',
      '--configuration',
      'a.json',
      '--help',
    ];
    expect(parseCommandLine(args)).toEqual({
      port: 0,
      speed: 0.5,
      fresh: true,
      json: true,
      configuration: 'a.json',
      help: true,
    });
  });

  it.each([
    [['--port', 'x'], '--port is "x", but expected a port from 0 (any free one) to 65535'],
    [['--port', '70000'], '--port is "70000", but expected a port from 0 (any free one) to 65535'],
    [['--port', '1.5'], '--port is "1.5", but expected a port from 0 (any free one) to 65535'],
    [['--port='], '--port is "", but expected a port from 0 (any free one) to 65535'],
    [['--speed', '0'], '--speed is "0", but expected a number above 0, up to 3600'],
    [['--speed', 'fast'], '--speed is "fast", but expected a number above 0, up to 3600'],
    [['--sped', '60'], "Unknown option '--sped'; see --help"],
  ])('refuses %j in one sentence', (args, message) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError);
    expect(() => parseCommandLine(args)).toThrow(message);
  });
});
