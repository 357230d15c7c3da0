/** The output of the processes of a process, as those above it follow it. */
import { expect } from 'chai';
import type { OutputPiece } from '../../../src/model/output';
import { NestedOutputs } from '../../../src/observe/parent/nested-outputs';
import type { OutputOrder } from '../../../src/protocol/to-child';

const GONE = { from: 'gone', lines: [], skipped: 0 };

function nested() {
  const orders: OutputOrder[] = [];
  const outputs = new NestedOutputs(order => orders.push(order));
  const followed = (id: string) => {
    const pieces: OutputPiece[] = [];
    return { pieces, following: outputs.follow(id, piece => pieces.push(piece)) };
  };
  return { outputs, orders, followed };
}

describe('NestedOutputs', () => {
  it('tells each follower once that the output is gone when the process ends, and asks it for nothing more', () => {
    const { outputs, orders, followed } = nested();
    const [one, other, closed] = [followed('1'), followed('2.1'), followed('3')] as const;
    closed.following.close();
    const piece = { from: 'pipe', lines: [{ stream: 'stdout', line: 'last', at: 1, cut: 0 }], skipped: 0 } as const;
    outputs.take({ type: 'output', followId: (orders[0] as OutputOrder).followId, ...piece });
    const before = orders.length;
    outputs.end();
    one.following.more();
    other.following.close();
    outputs.end();
    expect(one.pieces).to.deep.equal([piece, GONE]);
    expect(other.pieces).to.deep.equal([GONE]);
    expect(closed.pieces).to.deep.equal([]);
    expect(followed('4').pieces).to.deep.equal([GONE]);
    expect(orders).to.have.length(before);
  });

  it('passes on once that the output is gone with a process between', () => {
    const { outputs, orders, followed } = nested();
    const { pieces } = followed('1.2');
    outputs.take({
      type: 'output',
      followId: (orders[0] as OutputOrder).followId,
      from: 'gone',
      lines: [],
      skipped: 0,
    });
    outputs.end();
    expect(pieces).to.deep.equal([GONE]);
  });
});
