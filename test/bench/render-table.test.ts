import { expect, it } from 'vitest';
import { renderTable } from '../../bench/render-table.ts';

it('shows numbers to be read, texts as they are, and says what was not measured', () => {
  const table = {
    title: 'Reads',
    columns: ['who', 'ns', 'share'],
    rows: [
      ['this', 66.123456, 12345],
      ['that', null, 0.00012345],
    ],
    notes: ['That could not be installed.'],
  };
  expect(renderTable(table).split('\n')).toEqual([
    '**Reads**',
    '',
    expect.stringMatching(/who +\| +ns \| +share/),
    expect.stringMatching(/:-+ \| -+: \| -+:/),
    expect.stringMatching(/this \| +66\.12 \| +12,345 \|/),
    expect.stringMatching(/that \| not measured \| +0\.0001234?5? \|/),
    '',
    '- That could not be installed.',
  ]);
});
