/** A page that reads more slowly than the server writes. */
import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { Subject } from 'rxjs';
import { inner } from '../support/inner';

const { eventText, sendEvents } =
  inner<typeof import('../../src/dashboard/server/send-events')>('dashboard/server/send-events');

class SlowResponse extends EventEmitter {
  writableLength = 0;
  readonly written: string[] = [];
  isEnded = false;
  writeHead(): void {}
  write(text: string): void {
    this.written.push(text);
  }
  end(): void {
    this.isEnded = true;
  }
}

describe('the events of a page', () => {
  const begin = () => {
    const response = new SlowResponse();
    const frame$ = new Subject<string>();
    let count = 0;
    sendEvents(response as never, {}, { frame$, whole: () => `whole ${++count}` });
    return { response, frame$ };
  };

  it('are one line of JSON each', () => {
    expect(eventText('delta', { text: 'a\nb\u2028' })).to.equal('event: delta\ndata: {"text":"a\\nb\u2028"}\n\n');
  });

  it('begin with the whole, and begin anew with it if some were skipped, so that the memory stays bounded', () => {
    const { response, frame$ } = begin();
    frame$.next('1');
    response.writableLength = 2 * 1024 * 1024;
    for (let frame = 2; frame < 1_000; frame++) frame$.next(String(frame));
    response.writableLength = 0;
    frame$.next('1000');
    frame$.next('1001');
    expect(response.written).to.deep.equal(['retry: 1000\n\nwhole 1', '1', 'whole 2', '1001']);
  });

  it('end with the board, and are no longer made for a page that is gone', () => {
    const { response, frame$ } = begin();
    frame$.complete();
    expect(response.isEnded).to.equal(true);
    const gone = begin();
    gone.response.emit('close');
    expect(gone.frame$.observed).to.equal(false);
  });
});
