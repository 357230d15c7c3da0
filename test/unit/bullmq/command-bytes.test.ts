/** The bytes of commands of Redis. */
import { expect } from 'chai';
import { Command } from 'ioredis';
import { bytesOf, makeBytes } from '../../../src/bullmq/wire/command-bytes';

const SOCKET = {};
const asBuffer = (bytes: string | Buffer) => Buffer.from(bytes as string);

describe('the bytes of a command', () => {
  const cases: Record<string, (string | number | Buffer)[]> = {
    'without arguments': [],
    'with texts and numbers': ['key', '', 'value\r\n', 17],
    'with bytes': [Buffer.from([0, 255, 13, 10])],
    'with bytes among texts': ['key', Buffer.alloc(300, 0x81), 'between', Buffer.alloc(0), Buffer.from('a'), 'end'],
    'with characters of several bytes': ['\u043a\u043b', Buffer.from('é'), '\u{1f642}', 'plain'],
    'with half a character': ['\ud83d', Buffer.from('a')],
  };
  for (const [what, args] of Object.entries(cases)) {
    it(`${what} are those that ioredis makes`, () => {
      const expected = asBuffer(new Command('set', args).toWritable(SOCKET));
      const command = new Command('set', args);
      makeBytes(command);
      // Also if it is sent again, since its connection was lost.
      for (let time = 0; time < 2; time++) {
        expect(asBuffer(command.toWritable(SOCKET)).equals(expected)).to.equal(true);
        makeBytes(command);
      }
    });
  }

  it('follow what ioredis makes of the name and the first argument', () => {
    const command = new Command('by-hash', ['hash', '1', 'key', Buffer.from('a')]);
    command.toWritable = () => {
      command.name = 'eval';
      command.args[0] = 'return 1';
      return '';
    };
    makeBytes(command);
    const expected = bytesOf('eval', ['return 1', '1', 'key', Buffer.from('a')]);
    expect(asBuffer(command.toWritable(SOCKET)).equals(expected)).to.equal(true);
    expect(command.args.slice(0, 3)).to.deep.equal(['return 1', '1', 'key']);
  });
});
