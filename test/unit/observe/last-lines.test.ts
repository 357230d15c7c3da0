/** The last lines of a process, in pieces. */
import { expect } from 'chai';
import type { OutputPiece } from '../../../src/model/output';
import { LastLines } from '../../../src/observe/parent/last-lines';

function followed(lines: LastLines) {
  const pieces: OutputPiece[] = [];
  const following = lines.follow(piece => pieces.push(piece));
  const told = () => pieces.splice(0).map(({ lines, skipped }) => [lines.map(({ line }) => line).join(), skipped]);
  return { following, told, pieces };
}

describe('LastLines', () => {
  it('gives the last lines at once, then one piece for each asking, with all that has come by then', async () => {
    const lines = new LastLines('pipe');
    lines.add('a', 'stdout');
    const { following, told } = followed(lines);
    expect(told()).to.deep.equal([['a', 0]]);
    lines.add('b', 'stdout');
    await undefined;
    expect(told()).to.deep.equal([]);
    following.more();
    expect(told()).to.deep.equal([['b', 0]]);
    following.more();
    lines.add('c', 'stdout');
    lines.add('d', 'stderr');
    expect(told()).to.deep.equal([]);
    await undefined;
    expect(told()).to.deep.equal([['c,d', 0]]);
    lines.add('e', 'stdout');
    await undefined;
    following.more();
    expect(told()).to.deep.equal([['e', 0]]);
    following.more();
    following.close();
    lines.add('f', 'stdout');
    await undefined;
    expect(told()).to.deep.equal([]);
  });

  it('limits the lines and the characters of a piece, and the characters of a line', () => {
    const lines = new LastLines('pipe');
    const { following, told, pieces } = followed(lines);
    told();
    for (let at = 1; at <= 1_000; at++) lines.add(String(at), 'stdout');
    following.more();
    expect(pieces[0]?.lines).to.have.length(200);
    expect(pieces[0]).to.deep.include({ skipped: 800 });
    expect(pieces[0]?.lines.at(-1)).to.include({ line: '1000', cut: 0 });
    told();
    for (let at = 1; at <= 100; at++) lines.add('x'.repeat(10_000_000 + at), 'stdout');
    following.more();
    const [piece] = pieces;
    expect(piece?.lines.at(-1)).to.include({ cut: 10_000_100 - 8_000 });
    expect(piece?.lines).to.have.length(12);
    expect(piece).to.deep.include({ skipped: 88 });
  });
});
