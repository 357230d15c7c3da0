/** Declarations that lack one thing each, so that a test shows that each rule finds what is missing. */

export const PLANTED = `
export declare function undocumented(): void;
/**
 * Emits values, and completes.
 * @example stream()
 */
export declare function stream(): Observable<number>;
/**
 * Errors with a reason.
 * @example stream$
 */
export declare const stream$: Observable<number>;
/**
 * Resolves with nothing. Rejects all items.
 * @example promise()
 */
export declare function promise(): Promise<void>;
/**
 * Rejects with an error, if \`limit\` is wrong.
 * @example limited()
 */
export declare function limited(limit?: number): Promise<void>;
/** Comes when it fails. */
export declare class PlantedError extends Error {
  readonly code: string;
}
/**
 * It is 'on'.
 */
export type Switch = 'on' | 'off';
/**
 * How it works.
 * @example const options: WorkOptions = {};
 */
export interface WorkOptions {
  /** How long it may take. Default: 5. */
  limit?: number;
  /** Whether it is done twice. */
  twice?: boolean;
  nested?: { deep: Nested };
}
/** Inside of the options. */
export interface Nested {
  /** Default: 'a'. */
  name?: string;
}
/**
 * Something to extend.
 * @example class Mine extends Base {}
 */
export declare class Base {
  constructor(name: string);
  /** In ms. */
  static SLEEP: number;
  [Symbol.asyncDispose](): Promise<void>;
  /** @internal */
  inner(): Promise<void>;
}
/**
 * Reads one after the other.
 * @example read()
 */
export declare function read(): AsyncIterator<string>;
`;

export const MISSING_OF_PLANTED = [
  'undocumented: what it is',
  'undocumented: an example',
  'stream: when it errors',
  'stream$: what it emits',
  'stream$: when it completes',
  'promise: when it rejects',
  'limited: what it resolves with',
  'limited: its default',
  'PlantedError: what to do',
  'PlantedError: an example',
  'PlantedError.code: what it is',
  "Switch: what 'off' means",
  'Switch: an example',
  'WorkOptions.limit: its unit',
  'WorkOptions.twice: its default',
  'WorkOptions.nested: what it is',
  'WorkOptions.nested: its default',
  'Nested: an example',
  'Base.constructor: what it is',
  'Base.SLEEP: its default',
  'Base.[Symbol.asyncDispose]: what it is',
  'Base.[Symbol.asyncDispose]: what it calls',
  'read: when it ends',
];
