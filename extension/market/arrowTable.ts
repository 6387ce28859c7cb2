import { type RecordBatch, RecordBatchReader, Table } from 'apache-arrow';

/**
 * The table of an Arrow IPC file or stream; its columns are views of `bytes` where these are not packed.
 * Batches of a file are asked for one by one: the library's own loop over them never ends for a file in which
 * a batch is described as something else. Throws anything where the bytes are damaged.
 */
export function readTable(bytes: Uint8Array): Table {
  const reader = RecordBatchReader.from(bytes).open();
  const batches: RecordBatch[] = [];
  if (reader.isFile()) {
    for (let index = 0; index < reader.numRecordBatches; index += 1) {
      const batch = reader.readRecordBatch(index);
      if (batch === null) throw new Error('a batch of rows is missing');
      batches.push(batch);
    }
  } else for (const batch of reader) batches.push(batch);
  return new Table(reader.schema, batches);
}
