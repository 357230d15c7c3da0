/** A page that reads more slowly than the server writes. */
import { EventEmitter, once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Subject } from 'rxjs';
import { inner } from '../support/inner';
import { poll } from '../support/poll';

const { eventText, sendEvents } =
  inner<typeof import('../../src/dashboard/server/send-events')>('dashboard/server/send-events');

class SlowResponse extends EventEmitter {
  readonly req = { method: 'GET' };
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
    response.emit('drain');
    frame$.next('1000');
    response.emit('drain');
    frame$.next('1001');
    expect(response.written).to.deep.equal(['retry: 1000\n\nwhole 1', '1', 'whole 2', '1000', '1001']);
  });

  it('begin anew as soon as the page has read all, though no frame may follow', async () => {
    const frame$ = new Subject<string>();
    let count = 0;
    const server = http.createServer((_, response) =>
      sendEvents(response, {}, { frame$, whole: () => `whole ${++count}` }),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const page = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    page.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await poll('the page is there', () => frame$.observed);
    // More than the buffers of the system take.
    for (let frame = 0; frame < 50; frame++) frame$.next('x'.repeat(1024 * 1024));
    let end = '';
    page.setEncoding('latin1').on('data', text => {
      end = (end + text).slice(-100);
    });
    await poll('it begins anew', () => end.includes('whole 2'));
    page.destroy();
    server.close();
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
