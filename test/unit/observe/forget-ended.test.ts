/** endedTooLongAgo: which nodes that have ended are forgotten. */
import { expect } from 'chai';
import type { ProcessNode } from '../../../src/model/process-node';
import { endedTooLongAgo } from '../../../src/observe/parent/forget-ended';

/** `a>b@3`: the node b below a, which ended at 3; without `@` it lives. */
function nodes(text: string): ProcessNode[] {
  return text.split(' ').map(each => {
    const [place = '', endedAt] = each.split('@');
    const [id = '', parent] = place.split('>').reverse();
    return { id, parent, ...(endedAt !== undefined && { endedAt: Number(endedAt) }) } as ProcessNode;
  });
}

const TABLE: [nodes: string, most: number, forgotten: string[]][] = [
  ['a@1 b@2', 2, []],
  ['a b c', 0, []],
  ['a@2 b@1 c@3', 2, ['b']],
  ['a@2 b@1 c@3', 0, ['b', 'a', 'c']],
  // What lives below a node that has ended keeps it.
  ['a@1 a>b c@2', 1, ['c']],
  // The children first, also if all ended in the same ms.
  ['a@1 a>b@1 b>c@1', 2, ['c']],
  ['a@1 a>b@1 b>c@1', 1, ['c', 'b']],
  ['a@1 a>b@1 b>c@1', 0, ['c', 'b', 'a']],
];

describe('endedTooLongAgo', () => {
  for (const [text, most, forgotten] of TABLE) {
    it(`of ${text}, with ${most} at most: ${forgotten.join(', ') || 'none'}`, () => {
      expect(endedTooLongAgo(nodes(text), most)).to.deep.equal(forgotten);
    });
  }

  it('keeps 200 by default', () => {
    const many = Array.from({ length: 250 }, (_, at) => `n${at}@${at}`).join(' ');
    expect(endedTooLongAgo(nodes(many))).to.deep.equal(Array.from({ length: 50 }, (_, at) => `n${at}`));
  });
});
