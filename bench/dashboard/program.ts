/** The program whose processes are shown, in a process of its own: it tells how much of a core it takes. */
import { serveDashboard } from 'offspring-rx/dashboard';
import { firstValueFrom } from 'rxjs';
import { inner } from './inner';
import { madeUpSource } from './made-up-source';
import { EVENTS, type Kind, PROCESSES, type Told } from './players';
import { Turns } from './turns';

const tell = (told: Told) => process.send?.(told);

async function main(kind: Kind): Promise<void> {
  if (kind === 'made-up') {
    const { DashboardServer } = inner<typeof import('../../src/dashboard/server/dashboard-server')>(
      'dashboard/server',
      'dashboard-server',
    );
    const server = new DashboardServer({ port: 0, host: '127.0.0.1', control: false }, madeUpSource());
    await server.listen();
    tell({ url: server.url });
  } else {
    // A turn and a message are two events.
    const pause = (2 * 1_000 * PROCESSES[kind]) / EVENTS;
    const loops = Array.from({ length: PROCESSES[kind] }, () => new Turns(pause));
    for (const loop of loops) loop.message$.subscribe();
    await Promise.all(loops.map(loop => firstValueFrom(loop.message$)));
    const board = kind === 'real' ? await serveDashboard() : undefined;
    tell({ url: board?.url ?? '' });
  }
  let last = process.cpuUsage();
  process.on('message', () => {
    const { user, system } = process.cpuUsage(last);
    last = process.cpuUsage();
    tell({ cpu: (user + system) / 1e6 });
  });
}

main(process.argv[2] as Kind);
