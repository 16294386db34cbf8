/** A text that a spreadsheet would take for a formula begins with an apostrophe in a file; so does one that would be taken for such. */
const formula = /^'*[=+\-@\t\r]/;
const escaped = /^'+[=+\-@\t\r]/;

export function toCell(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

export function fromCell(cell: string): string {
  return escaped.test(cell) ? cell.slice(1) : cell;
}

/** Texts as people write them, `a; b`; as JSON where that could not be read back. */
export function toListCell(texts: readonly unknown[]): string {
  const plain = texts.every((text) => typeof text === 'string' && text !== '' && text === text.trim() && !/[;[\n\r]/.test(text));
  return plain ? texts.join('; ') : JSON.stringify(texts);
}

/** Throws SyntaxError where it begins like JSON and is none. */
export function fromListCell(cell: string): unknown {
  if (cell.startsWith('[')) return JSON.parse(cell);
  return cell
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
