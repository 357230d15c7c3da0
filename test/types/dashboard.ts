/** Compiled, never run: the types of the dashboard. */
import { type Dashboard, type DashboardOptions, serveDashboard } from 'offspring-rx/dashboard';

const options: DashboardOptions = { port: 9_229, host: '127.0.0.1', control: true };

export async function run(): Promise<string> {
  await using board: Dashboard = await serveDashboard(options);
  await using _other = await serveDashboard();
  // @ts-expect-error a port is a number
  await serveDashboard({ port: '80' });
  // @ts-expect-error there is no such option
  await serveDashboard({ token: 'x' });
  // @ts-expect-error it is given
  board.url = '';
  const closed: Promise<void> = board.close();
  await closed;
  return board.url;
}
