/** The queue of a pool: the highest priority first, and in order within. */
import { expect } from 'chai';
import { PriorityFifo } from '../../../src/pool/parent/items/priority-fifo';
import { randomFrom } from '../random';

const queueOf = (...values: [name: string, priority: number][]) => {
  const queue = new PriorityFifo<{ name: string; priority: number }>();
  for (const [name, priority] of values) queue.push({ name, priority });
  return queue;
};

function namesOf(queue: ReturnType<typeof queueOf>): string {
  let names = '';
  while (queue.first) {
    const { name } = queue.first;
    names += name;
    expect(queue.shift()?.name).to.equal(name);
  }
  expect([queue.length, queue.shift()]).to.deep.equal([0, undefined]);
  return names;
}

describe('a queue with priorities', () => {
  it('is empty at first, and again later', () => {
    const queue = queueOf();
    expect([queue.length, queue.first, queue.shift()]).to.deep.equal([0, undefined, undefined]);
    queue.push({ name: 'a', priority: 7 });
    expect([queue.length, namesOf(queue)]).to.deep.equal([1, 'a']);
    queue.push({ name: 'b', priority: 0 });
    expect(namesOf(queue)).to.equal('b');
  });

  it('gives values of one priority in their order', () => {
    expect(namesOf(queueOf(['a', 0], ['b', 0], ['c', 0]))).to.equal('abc');
  });

  it('gives higher priorities first, also fractions and those below 0', () => {
    expect(namesOf(queueOf(['a', 0], ['b', -1], ['c', 2], ['d', 0.5], ['e', 2], ['f', 0]))).to.equal('cedafb');
  });

  it('puts values back to the front of their priority', () => {
    const queue = queueOf(['a', 1], ['b', 0], ['c', 1], ['d', 0]);
    const taken = [queue.shift(), queue.shift(), queue.shift()].map(
      value => value as { name: string; priority: number },
    );
    queue.push({ name: 'e', priority: 1 });
    queue.putBack(taken);
    expect([queue.length, namesOf(queue)]).to.deep.equal([5, 'acebd']);
  });

  it('removes values', () => {
    const queue = queueOf(['a', 1], ['b', 0], ['c', 1], ['d', 0]);
    expect(queue.remove(({ priority }) => priority === 1).map(({ name }) => name)).to.deep.equal(['a', 'c']);
    expect(queue.remove(({ name }) => name === 'b')).to.have.length(1);
    expect([queue.length, namesOf(queue)]).to.deep.equal([1, 'd']);
  });

  it('is as a sorted list, whatever is done to it', () => {
    const random = randomFrom(5);
    const queue = queueOf();
    let list: { name: string; priority: number }[] = [];
    for (let step = 0; step < 5_000; step++) {
      if (random(100) < 55) {
        const value = { name: String(step), priority: random(3) - 1 };
        queue.push(value);
        const index = list.findIndex(({ priority }) => priority < value.priority);
        list.splice(index < 0 ? list.length : index, 0, value);
      } else if (random(100) < 95) expect(queue.shift()).to.equal(list.shift());
      else {
        const isUnwanted = ({ name }: { name: string }) => Number(name) % 3 === 0;
        expect(queue.remove(isUnwanted)).to.deep.equal(list.filter(isUnwanted));
        list = list.filter(value => !isUnwanted(value));
      }
      expect([queue.length, queue.first]).to.deep.equal([list.length, list[0]]);
    }
  });
});
