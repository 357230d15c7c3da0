/** Listeners: functions that are called with each value. */
import { expect } from 'chai';
import { Listeners } from '../../src/util/listeners';

describe('listeners', () => {
  it('are called in their order, with each value', () => {
    const listeners = new Listeners<number>();
    const calls: string[] = [];
    listeners.add(value => calls.push(`a ${value}`));
    listeners.add(value => calls.push(`b ${value}`));
    for (const value of [1, 2]) listeners.call(value);
    expect(calls).to.deep.equal(['a 1', 'b 1', 'a 2', 'b 2']);
  });

  it('are not called once they are removed, by another one either', () => {
    const listeners = new Listeners<number>();
    const calls: string[] = [];
    let removeLast = () => {};
    const removeFirst = listeners.add(() => {
      calls.push('first');
      removeFirst();
      removeLast();
    });
    removeLast = listeners.add(() => calls.push('last'));
    for (const value of [1, 2]) listeners.call(value);
    expect(calls).to.deep.equal(['first']);
    expect(listeners.isEmpty).to.equal(true);
  });

  it('do not get a value during which they are added', () => {
    const listeners = new Listeners<number>();
    const calls: number[] = [];
    const remove = listeners.add(() => {
      listeners.add(value => calls.push(value));
      remove();
    });
    for (const value of [1, 2]) listeners.call(value);
    expect(calls).to.deep.equal([2]);
  });

  it('may be one function twice', () => {
    const listeners = new Listeners<number>();
    const calls: number[] = [];
    const listener = (value: number) => void calls.push(value);
    const remove = listeners.add(listener);
    listeners.add(listener);
    remove();
    listeners.call(1);
    expect(calls).to.deep.equal([1]);
  });
});
