import { Readable } from 'node:stream';
import { TextDecoderStream } from 'node:stream/web';
import type { ReadableStream, ReadableWritablePair } from 'node:stream/web';
import type { FieldError } from '@cartwright/kernel/http/problem';
import { parse } from 'csv-parse';
import { continues, readColumns, Unreadable, valueOf } from '../domain/csv-rows.ts';
import type { CsvColumn, Row } from '../domain/csv-rows.ts';
import { readImportLine, readImportValue } from '../domain/import-line.ts';
import type { ImportLine } from '../domain/import-line.ts';
import { linesOf, longestLineBytes } from './lines.ts';

/** What a file says at one place: a category, or a product with all its variants. */
export interface ImportRecord {
  /** Where it begins, from 1, and the last line that belongs to it. */
  readonly line: number;
  readonly lastLine: number;
  readonly read: ImportLine | readonly FieldError[];
  /** The line of each variant, where they have lines of their own. */
  readonly variantLines?: readonly number[];
  /** As it stands in the file. */
  readonly text: string;
}

/** Thrown where a file cannot be read on; the records before are good. */
export class BrokenFile extends Error {
  override readonly name = 'BrokenFile';
  readonly line: number;
  readonly errors: readonly FieldError[];

  constructor(line: number, errors: readonly FieldError[], options?: ErrorOptions) {
    super(`Line ${String(line)} cannot be read`, options);
    this.line = line;
    this.errors = errors;
  }
}

/** Where reading begins: the first line's number, and for CSV the columns where they are known already. */
export interface Start {
  readonly line: number;
  readonly columns?: readonly CsvColumn[] | undefined;
}

export async function* ndjsonRecords(stream: Readable, start: Start): AsyncGenerator<ImportRecord> {
  let { line } = start;
  for await (const text of linesOf(stream)) {
    const at = line++;
    if (text?.trim() === '') continue;
    const tooLong = [{ field: '/', rule: 'text', message: `must be UTF-8, and at most ${String(longestLineBytes)} bytes` }];
    yield { line: at, lastLine: at, read: text === undefined ? tooLong : readImportLine(text), text: text ?? '' };
  }
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly raw: string;
}

/** `onColumns` is told the columns before the first record. Throws BrokenFile. */
export async function* csvRecords(
  stream: Readable,
  start: Start,
  onColumns: (columns: readonly CsvColumn[]) => Promise<void>,
): AsyncGenerator<ImportRecord> {
  let { columns } = start;
  let rows: { readonly row: Row; readonly text: string; readonly line: number; readonly lastLine: number }[] = [];

  function record(): ImportRecord {
    const [first] = rows;
    const found = {
      line: first?.line ?? start.line,
      lastLine: rows.at(-1)?.lastLine ?? start.line,
      variantLines: rows.map(({ line }) => line),
      read: readRows(rows.map(({ row }) => row)),
      text: rows.map(({ text }) => text).join(),
    };
    rows = [];
    return found;
  }

  for await (const { cells, line, lastLine } of parsedRows(stream, start.line)) {
    if (columns === undefined) {
      const names = readColumns(cells);
      const errors = names.filter((name) => typeof name !== 'string');
      if (errors.length > 0) throw new BrokenFile(line, errors);
      columns = names.filter((name) => typeof name === 'string');
      await onColumns(columns);
      continue;
    }
    if (cells.every((cell) => cell === '')) continue;
    const row = rowOf(columns, cells);
    const before = rows.at(-1)?.row;
    if (before !== undefined && (row === undefined || !continues(row, before))) yield record();
    const text = JSON.stringify(cells);
    if (row !== undefined) rows.push({ row, text, line, lastLine });
    else {
      const errors = [{ field: '/', rule: 'columns', message: `must have ${String(columns.length)} columns, not ${String(cells.length)}` }];
      yield { line, lastLine, read: errors, text };
    }
  }
  if (rows.length > 0) yield record();
}

async function* parsedRows(
  stream: Readable,
  firstLine: number,
): AsyncGenerator<{ cells: readonly string[]; line: number; lastLine: number }> {
  let next = firstLine;
  const options = { info: true, raw: true, relax_column_count: true, max_record_size: longestLineBytes } as const;
  const parser = parse({ ...options, bom: firstLine === 1, record_delimiter: ['\r\n', '\n'] });
  const decoder = new TextDecoderStream('utf-8', { fatal: true, ignoreBOM: true }) as unknown as ReadableWritablePair<string, Uint8Array>;
  const text = Readable.fromWeb((Readable.toWeb(stream) as ReadableStream<Uint8Array>).pipeThrough(decoder));
  text.on('error', (error) => parser.destroy(error));
  try {
    for await (const { record, raw } of text.pipe(parser) as AsyncIterable<ParsedRow>) {
      const line = next;
      // The parser's own count takes a line end of two characters within quotes for two.
      next += 1 + (raw.replace(/[\r\n]$/, '').match(/\n/g)?.length ?? 0);
      yield { cells: record, line, lastLine: next - 1 };
    }
  } catch (error) {
    const { code = '' } = error as { code?: string };
    const broken = (rule: string, message: string): BrokenFile => new BrokenFile(next, [{ field: '/', rule, message }], { cause: error });
    if (code.startsWith('CSV_')) throw broken('csv', reasonOf(error));
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') throw broken('text', 'must be UTF-8');
    throw error; // the connection broke off
  }
}

function reasonOf(error: unknown): string {
  return (error as Error).message.split(':', 1)[0] ?? 'is no CSV';
}

/** Undefined where there are more or fewer cells than columns; empty cells at the end may be left out. */
function rowOf(columns: readonly CsvColumn[], cells: readonly string[]): Row | undefined {
  if (cells.slice(columns.length).some((cell) => cell !== '')) return undefined;
  return Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? '']));
}

function readRows(rows: readonly Row[]): ImportLine | readonly FieldError[] {
  try {
    return readImportValue(valueOf(rows));
  } catch (error) {
    if (error instanceof Unreadable) return [error.error];
    throw error;
  }
}
