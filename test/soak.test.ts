/** A short run of the soak finds nothing; and with a fault planted into it, it finds that. */
import { expect } from 'chai';
import { NEVER, of } from 'rxjs';
import { auditEnd, auditNow } from '../bench/soak/audit';
import { judge, type Seen } from '../bench/soak/judge';
import { Ledger } from '../bench/soak/ledger';
import { type Plan, planOf } from '../bench/soak/plan';
import { strays } from '../bench/soak/world';
import { ROOT } from './support/fixture';
import { itInFull, LONG, rows } from './support/long';
import { runNode } from './support/script';

const soak = (...args: string[]) => runNode([`${ROOT}/build/bench/soak.js`, ...args]).ended;

describe('npm run soak', () => {
  const seconds = 10;
  itInFull(`finds nothing in ${seconds} s ${LONG}`, async function () {
    this.timeout(180_000);
    const { code, stdout, stderr } = await soak('--seconds', String(seconds));
    if (code !== 0) throw new Error(`the soak ended with code ${code}:\n${stdout}\n${stderr}`);
    expect(stdout)
      .to.match(/^seed \d+/)
      .and.to.match(/nothing found/);
  });
  const planted: [what: string, plant: string, found: RegExp][] = [
    ['a descriptor that leaks, and ends with code 1', 'leak', /descriptors: \d+ once all had ended/],
    ['a survivor, and ends it', 'survivor', /a survivor: \d+ sleep 600/],
  ];
  for (const [what, plant, found] of rows(planted, () => false)) {
    it(`finds ${what} ${LONG}`, async function () {
      this.timeout(180_000);
      const { code, stdout } = await soak('--seconds', '2', '--children', '10', '--plant', plant);
      expect(stdout).to.match(new RegExp(`FOUND {2}seed \\d+: ${found.source}`));
      expect(code).to.equal(1);
    });
  }
  it('says what it does not understand', async () => {
    const { code, stderr } = await soak('--seconds', 'many');
    expect(stderr).to.match(/^--seconds takes a number, not many\n/);
    expect(code).to.equal(2);
  });
});

describe('the checks of the soak', () => {
  it('a seed and a number give the same plan', () => {
    expect(planOf(7, 3)).to.deep.equal(planOf(7, 3));
    const plans = Array.from({ length: 50 }, (_, number) => JSON.stringify({ ...planOf(7, number), number: 0 }));
    expect(new Set(plans).size).to.be.above(45);
  });

  it('a promise or stream that does not settle is found, and one that settles twice', async () => {
    const ledger = new Ledger();
    ledger.promise('kept', Promise.resolve());
    ledger.promise('broken', Promise.reject(new Error('no')));
    ledger.stream('over', of(1, 2));
    await Promise.resolve();
    expect(ledger.problems()).to.deep.equal([]);
    ledger.promise('pending', new Promise(() => {}));
    ledger.stream('endless', NEVER);
    // biome-ignore lint/suspicious/noThenProperty: it does what no promise does
    ledger.promise('twice', { then: (settle: (value: unknown) => void) => [settle(1), settle(2)] } as never);
    expect(ledger.problems()).to.deep.equal([
      'pending has not settled',
      'endless has not settled',
      'twice settled 2 times',
    ]);
  });

  describe('how a task ended', () => {
    const plan: Plan = { number: 0, kind: 'chatters', action: 'nothing', delay: 0, size: 3, time: 0 };
    const exit = { reason: 'completed', code: 0, signal: null, pid: 1, subprocess: 'Chatters' } as Seen['exit'];
    const seen: Seen = {
      exit,
      exits: [exit, exit],
      states: ['created', 'starting', 'running', 'exited'],
      messages: [0, 1, 2],
      result: { value: 3 },
      ready: true,
      stopTime: null,
      stopAsked: false,
      signalled: false,
    };
    const killed = { ...exit, reason: 'killed', code: null, signal: 'SIGSEGV' } as Seen['exit'];

    it('as it may', () => expect(judge(plan, seen)).to.deep.equal([]));
    for (const [name, change, problem] of [
      ['a message is lost', { messages: [0, 2] }, /messages came as 0 2/],
      ['the last message is lost', { messages: [0, 1] }, /completed with 2 messages/],
      ['a message comes twice', { messages: [0, 1, 1, 2] }, /messages came as/],
      ['another result', { result: { value: 4 } }, /result\(\) gave 4/],
      ['a state that goes back', { states: ['created', 'running', 'starting', 'exited'] }, /state\$ went/],
      ['no last state', { states: ['created', 'starting', 'running'] }, /state\$ went/],
      ['two statuses', { exits: [exit, { ...exit }] }, /the same one ExitStatus/],
      ['a stop that takes long', { stopAsked: true, stopTime: 1e5 }, /took 100000 ms to stop/],
      ['never ready', { ready: false }, /never ready/],
      ['an end that nothing explains', { exit: killed, exits: [killed] }, /ended 'killed' .* which nothing explains/],
    ] as [string, Partial<Seen>, RegExp][]) {
      it(name, () => expect(judge(plan, { ...seen, ...change }).join('\n')).to.match(problem));
    }
    it('an end by the signal that was sent', () => {
      const change = { exit: killed, exits: [killed], signalled: true, result: { error: new Error() } };
      expect(judge({ ...plan, action: 'SIGSEGV' }, { ...seen, ...change })).to.deep.equal([]);
    });
  });

  it('what grows is found', () => {
    const first = { descriptors: 17, listeners: 2, heap: 6 };
    expect(auditEnd(first, first)).to.deep.equal([]);
    expect(auditEnd(first, { descriptors: 18, listeners: 3, heap: 30 })).to.have.length(3);
    expect(auditNow(first, { descriptors: 60, listeners: 9, heap: 12 }, 20)).to.deep.equal([]);
    expect(auditNow(first, { descriptors: 200, listeners: 60, heap: 90 }, 20)).to.have.length(3);
  });

  it('a process is a stray unless it hangs on a living child', () => {
    const processes = [
      { pid: 10, parent: 5, command: 'child' },
      { pid: 11, parent: 10, command: 'grandchild' },
      { pid: 12, parent: 5, command: 'child that is over' },
      { pid: 13, parent: 1, command: 'orphan' },
    ];
    expect(strays(processes, new Set([10])).map(({ pid }) => pid)).to.deep.equal([12, 13]);
  });
});
