/** Compile-only: how the type tests compare types. */

type Same<Actual, Expected> =
  (<T>() => T extends Actual ? 1 : 2) extends <T>() => T extends Expected ? 1 : 2 ? true : false;

/** Compiles only where the two are the same type: `same<Actual, Expected>(true)`. */
export declare function same<Actual, Expected>(answer: Same<Actual, Expected>): void;

/** A value of a type, for code that is compiled and never run. */
export declare function some<T>(): T;
