/** A parent in a container, as process 1 without an init. */
import { expect } from 'chai';
import { fixturePath } from '../support/fixture';
import { poll } from '../support/poll';
import { childrenOf } from '../support/processes';
import { temporaryFolder } from '../support/temporary';
import { type Container, runContained, whatLacks } from './container';

const SCRIPT = fixturePath('scripts/contained').replace(/js$/, 'cjs');

describe('in a container', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  /** A test that is left out by name if the machine lacks what its container needs. */
  const contained = (name: string, container: Container, body: (container: Container) => Promise<void>) => {
    const lacks = whatLacks(container);
    if (lacks === undefined) it(name, () => body(container));
    else it(`NOT TESTED: in a container: ${name}: ${lacks}`);
  };
  const run = async (container: Container, ...args: string[]) => {
    const { ended } = await runContained(folder.path, container, [SCRIPT, ...args]);
    return ended;
  };

  const works: [name: string, container: Container, items?: number][] = [
    ['as process 1, with a root that can be written', { isWritable: true, sharedMemory: 1_024 }],
    ['with a read-only root, and no /dev/shm', {}],
    ['with 64 MB of /dev/shm, and more in the pool', { sharedMemory: 64 }, 150],
    ['without /proc', { hasProc: false, sharedMemory: 64 }],
    ['with busybox alone, as in Alpine', { programs: 'busybox', sharedMemory: 64 }],
    ['without any other program, not even sh', { programs: 'none', sharedMemory: 64 }],
    ['as a user without rights', { isUser: true, sharedMemory: 64 }],
    ["with Docker's filter of system calls", { isFiltered: true, sharedMemory: 64 }],
    [
      'with all of it, and little room for processes and memory',
      { programs: 'busybox', isUser: true, isFiltered: true, sharedMemory: 64, pids: 100, memory: 400 },
    ],
  ];
  for (const [name, container, items = 8] of works) {
    contained(`${name}: a task, a loop and a pool work, and the parent waits for its children`, container, async () => {
      const { code, stdout, stderr } = await run(container, 'works', String(items));
      const lines = ['result 42', 'end', 'loop stopped', 'pool true', 'exits', 'end'];
      expect({ lines: stdout.split('\n').filter(Boolean), stderr, code }).to.deep.equal({ lines, stderr: '', code: 7 });
    });
  }

  contained('SIGTERM ends process 1 with 143, when its children have ended', {}, async container => {
    const { script, ended } = await runContained(folder.path, container, [SCRIPT, 'waits']);
    await script.says('at work');
    const [first] = await poll('process 1', () => childrenOf(script.pid));
    process.kill(first as number, 'SIGTERM');
    expect(await ended).to.include({ stdout: 'at work\nend\n', stderr: '', code: 143 });
  });

  contained(
    'room for 60 processes and threads: starts fail, or children end, and it goes on',
    { pids: 60 },
    async container => {
      const { code, stdout, stderr } = await run(container, 'crowd', '20');
      const { completed, errors } = JSON.parse(/crowd (.*)/.exec(stdout)?.[1] ?? '{}') as {
        completed: number;
        errors: string[];
      };
      expect(completed + errors.length, stderr).to.equal(20);
      expect(errors).to.not.deep.equal([]);
      for (const error of errors) expect(error).to.match(/^(Start|Exit)Error: Answer: /);
      expect(stdout).to.match(/result 42\n$/);
      expect(code).to.equal(0);
    },
  );

  contained(
    'a child that takes more memory than there is: the system ends it, and it goes on',
    { memory: 300 },
    async container => {
      const { code, stdout, stderr } = await run(container, 'hungry');
      const hungry = JSON.parse(/hungry (.*)/.exec(stdout)?.[1] ?? '{}') as Record<string, string>;
      expect(hungry, stderr).to.include({ reason: 'killed', signal: 'SIGKILL', cause: 'signal' });
      expect(stdout).to.match(/result 42\n$/);
      expect(code).to.equal(0);
    },
  );

  contained('children with children of their own leave no zombies', {}, async container => {
    expect(await run(container, 'nested', '5')).to.include({ stdout: 'nothing left\n', stderr: '', code: 0 });
  });

  contained('a parent below process 1 is killed: the guardian ends its busy child', {}, async container => {
    expect(await run(container, 'killed')).to.include({ stdout: 'nothing runs\n', stderr: '', code: 0 });
  });
});
