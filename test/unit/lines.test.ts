/** lines: splits a byte stream into lines. */
import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { lastValueFrom, toArray } from 'rxjs';
import { lines } from '../../src/parent/process/lines';

/** The lines of a stream of these chunks. */
function linesOf(...chunks: (string | Buffer)[]): Promise<string[]> {
  const stream = new PassThrough();
  const read = lastValueFrom(lines(stream).pipe(toArray()));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return read;
}

describe('lines', () => {
  const table: [what: string, chunks: string[], expected: string[]][] = [
    ['one line', ['one\n'], ['one']],
    ['several lines in a chunk, empty ones too', ['one\n\ntwo\n'], ['one', '', 'two']],
    ['a line in several chunks', ['o', 'n', 'e\nt', 'wo\n'], ['one', 'two']],
    ['a last line without a newline', ['one\ntwo'], ['one', 'two']],
    ['lines that end with CRLF', ['one\r\ntwo\r\n'], ['one', 'two']],
    ['a CRLF that is split', ['one\r', '\ntwo'], ['one', 'two']],
    ['a carriage return in the middle of a line', ['10%\r20%\n'], ['10%\r20%']],
    ['nothing', [], []],
  ];
  for (const [what, chunks, expected] of table) {
    it(`emits ${what}`, async () => {
      expect(await linesOf(...chunks)).to.deep.equal(expected);
    });
  }

  it('does not split characters, wherever their bytes are split', async () => {
    const bytes = Buffer.from('ä€😀\nß');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await linesOf(bytes.subarray(0, cut), bytes.subarray(cut)), `split at ${cut}`).to.deep.equal([
        'ä€😀',
        'ß',
      ]);
    }
    expect(await linesOf(...[...bytes].map(byte => Buffer.from([byte])))).to.deep.equal(['ä€😀', 'ß']);
  });

  it('emits a replacement character for an incomplete one', async () => {
    expect(await linesOf(Buffer.from('€').subarray(0, 2))).to.deep.equal(['\ufffd']);
  });

  it('emits a line without a newline in pieces, and loses nothing', async () => {
    const chunk = 'x'.repeat(64 * 1024);
    const pieces = await linesOf(...Array(40).fill(chunk), '\nend');
    expect(pieces.pop()).to.equal('end');
    expect(pieces.length).to.be.above(1);
    expect(pieces.join('').length).to.equal(40 * chunk.length);
  });

  it('emits the last line and completes if the stream is closed before its end', async () => {
    const stream = new PassThrough();
    const read = lastValueFrom(lines(stream).pipe(toArray()));
    stream.once('data', () => stream.destroy());
    stream.write('one\ntw');
    expect(await read).to.deep.equal(['one', 'tw']);
  });

  it('removes its listeners when it is unsubscribed', () => {
    const stream = new PassThrough();
    const listeners = () => stream.listenerCount('data') + stream.listenerCount('close');
    const before = listeners();
    const subscription = lines(stream).subscribe();
    expect(listeners()).to.be.above(before);
    subscription.unsubscribe();
    expect(listeners()).to.equal(before);
  });
});
