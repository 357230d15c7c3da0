/** Parent side: begins to serve what runs in this process. */
import { DashboardServer, type ServerOptions } from './dashboard-server';
import { liveSource } from './live-source';

/** Rejects with the error of the system if the port cannot be opened. */
export async function serve(options: ServerOptions): Promise<DashboardServer> {
  const server = new DashboardServer(options, liveSource());
  await server.listen();
  return server;
}
