/** Rows of intents as they came, chunk by chunk, as one array. */
export function joinedIntents(pieces: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(pieces.reduce((length, rows) => length + rows.length, 0));
  let offset = 0;
  for (const rows of pieces) {
    all.set(rows, offset);
    offset += rows.length;
  }
  return all;
}
