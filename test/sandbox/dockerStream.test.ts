import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DockerStreamSplitter } from '../../sandbox/dockerStream.ts';

describe("Docker's stream", () => {
  it('is split into stdout and stderr wherever its pieces are cut', () => {
    const part = fc.record({ kind: fc.constantFrom(1, 2), bytes: fc.uint8Array({ maxLength: 30 }) });
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 1, max: 13 }), (parts, cut) => {
        const stream = Buffer.concat(
          parts.flatMap(({ kind, bytes }) => {
            const header = Buffer.alloc(8);
            header[0] = kind;
            header.writeUInt32BE(bytes.length, 4);
            return [header, Buffer.from(bytes)];
          }),
        );
        const out: number[] = [];
        const err: number[] = [];
        const splitter = new DockerStreamSplitter({
          stdout: (bytes) => out.push(...bytes),
          stderr: (bytes) => err.push(...bytes),
          broken: () => expect.unreachable(),
        });
        for (let at = 0; at < stream.length; at += cut) splitter.push(stream.subarray(at, at + cut));
        expect(out).toEqual(parts.flatMap(({ kind, bytes }) => (kind === 1 ? [...bytes] : [])));
        expect(err).toEqual(parts.flatMap(({ kind, bytes }) => (kind === 2 ? [...bytes] : [])));
      }),
    );
  });

  it('of another form is not taken for output', () => {
    let isBroken = false;
    const splitter = new DockerStreamSplitter({
      stdout: () => expect.unreachable(),
      stderr: () => expect.unreachable(),
      broken: () => {
        isBroken = true;
      },
    });
    splitter.push(Buffer.from('plain text of a terminal'));
    expect(isBroken).toBe(true);
  });
});
