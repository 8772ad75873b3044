import { markdownTable } from 'markdown-table';
import type { Cell, Table } from './section.ts';

const NUMBERS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** A table as Markdown, which a terminal shows well enough: its title, its rows, and each note as an item of a list. */
export function renderTable({ title, columns, rows, notes }: Table): string {
  const align = columns.map((_column, index) => (isNumeric(rows, index) ? 'r' : 'l'));
  const lines = markdownTable([[...columns], ...rows.map((row) => row.map(renderCell))], { align });
  const list = notes.map((note) => `- ${note}`).join('\n');
  return [`**${title}**`, lines, ...(list ? [list] : [])].join('\n\n');
}

function isNumeric(rows: Table['rows'], column: number): boolean {
  return rows.every((row) => typeof row[column] !== 'string');
}

function renderCell(cell: Cell): string {
  if (cell === null) return 'not measured';
  return typeof cell === 'number' ? renderNumber(cell) : cell;
}

/** Whole numbers in full, others to four digits that count. */
function renderNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : NUMBERS.format(value);
}
