/** A way to talk to a child that stays, and what is done over it. */
import type { Contender } from '../../suite/group';
import type { Order } from './answers';

export interface Transport {
  post(message: Order | object): void;
  /** Called for every message of the child. */
  onMessage: (message: unknown) => void;
  close(): unknown;
}

export interface TransportKind {
  name: string;
  open(): Promise<Transport>;
}

/** Does something so many times, or of that size, and tells the number that is compared. */
export type Talk = (transport: Transport, size: number) => Promise<number>;

export const talking = (kind: TransportKind, talk: Talk): Contender => ({
  name: kind.name,
  async open(size) {
    const transport = await kind.open();
    return { measure: () => talk(transport, size), close: () => transport.close() };
  },
});

/** Resolves with the last of `count` messages. */
export const received = (transport: Transport, count: number): Promise<unknown> =>
  new Promise(resolve => {
    let left = count;
    transport.onMessage = message => {
      if (--left === 0) resolve(message);
    };
  });
