/** Both sides: the public names of `offspring-rx/dashboard`. */
export { type Dashboard, type DashboardOptions, serveDashboard } from './serve-dashboard';
export { type TopOptions, top } from './top';
