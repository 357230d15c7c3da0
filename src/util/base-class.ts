/** Both sides: recognizes the base classes of this library, also those of another copy of the package. */

/** On the prototype of a base class: its name. */
const BASE = Symbol.for('offspring-rx.base');

export type BaseClass = abstract new (...args: never[]) => object;

/** Marks a class as the base class with this name. */
export function markBaseClass(type: BaseClass, name: string): void {
  Object.defineProperty(type.prototype, BASE, { value: name });
}

/**
 * Whether `prototype` is that of `type` or of a class that extends it. A base class of another copy of the package
 * counts as the one of this copy with the same name.
 */
export function extendsClass(prototype: unknown, type: BaseClass): boolean {
  const name = nameOf(type.prototype);
  return chainOf(prototype).some(each => each === type.prototype || (name !== undefined && nameOf(each) === name));
}

/** The prototype of the base class with this name that `prototype` inherits from. */
export const basePrototype = (prototype: unknown, name: string): object | undefined =>
  chainOf(prototype).find(each => nameOf(each) === name);

/** `prototype` and those that it inherits from, the nearest first. */
function chainOf(prototype: unknown): object[] {
  const chain: object[] = [];
  for (let each = prototype; typeof each === 'object' && each !== null; each = Object.getPrototypeOf(each)) {
    chain.push(each);
  }
  return chain;
}

function nameOf(prototype: object): unknown {
  return Object.hasOwn(prototype, BASE) ? (prototype as { [BASE]?: unknown })[BASE] : undefined;
}
