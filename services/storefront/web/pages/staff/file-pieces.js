const newline = 10;
const quote = 34;

/**
 * Cuts a file into pieces that end where a record ends: at a newline, in CSV only where no quote is open. Answers each with the number of its first line, so
 * that each can be sent by itself and again. Reads a part of the file at a time.
 */
export async function* piecesOf(file, isCsv, size = 256 * 1024) {
  let rest = new Uint8Array(0);
  let line = 1;
  for (let start = 0; start < file.size; start += size) {
    const read = new Uint8Array(await file.slice(start, start + size).arrayBuffer());
    const bytes = new Uint8Array(rest.length + read.length);
    bytes.set(rest);
    bytes.set(read, rest.length);
    const isLast = start + size >= file.size;
    const end = isLast ? bytes.length : recordsEnd(bytes, isCsv);
    if (end > 0) {
      const piece = bytes.subarray(0, end);
      yield { from: line, body: piece, more: !isLast, until: start + read.length - (bytes.length - end) };
      line += piece.reduce((lines, byte) => lines + (byte === newline ? 1 : 0), 0);
    }
    rest = bytes.slice(end);
  }
}

/** After the last newline at which no quote is open; every piece begins outside of quotes. */
function recordsEnd(bytes, isCsv) {
  let end = 0;
  let open = false;
  for (const [index, byte] of bytes.entries()) {
    if (isCsv && byte === quote) open = !open;
    else if (byte === newline && !open) end = index + 1;
  }
  return end;
}
