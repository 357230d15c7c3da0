/** Parent side: makes the environment of a child. */
import type { ForkOptions } from '../../model/types';
import { platform } from '../../platform/platform';
import type { Platform } from '../../platform/types';
import { BOOTING } from '../../util/in-child';
import { inheritedNodeOptions } from './inherited-flags';

/** Variables that would make the child part of the parent's test session, or of its IPC channel. */
const NOT_INHERITED = ['NODE_TEST_CONTEXT', 'NODE_CHANNEL_FD'];
/**
 * Node copies this variable to every process that it spawns, unless the environment of that process has the key.
 * https://github.com/nodejs/node/blob/main/lib/child_process.js (copyProcessEnvToEnv)
 */
const COPIED_BY_NODE = 'NODE_V8_COVERAGE';

/** The parent's environment, unless `extendEnv` is false, with the changes of `env` merged over it. */
export function childEnv(
  { env: changes = {}, extendEnv = true, cwd }: Pick<ForkOptions, 'env' | 'extendEnv' | 'cwd'> = {},
  { nameIn }: Pick<Platform, 'nameIn'> = platform,
): NodeJS.ProcessEnv {
  const own = process.env;
  const env: NodeJS.ProcessEnv = Object.assign(Object.create(null), extendEnv ? own : {});
  for (const [key, value] of Object.entries(changes)) {
    // On Windows, PATH may be called Path.
    const name = nameIn(env, key);
    if (name !== undefined && name !== key) delete env[name];
    if (value === undefined && key !== COPIED_BY_NODE) delete env[key];
    else env[key] = value;
  }
  // Changes may be a copy of the parent's environment too.
  for (const each of NOT_INHERITED) {
    const name = nameIn(env, each);
    if (name !== undefined && env[name] === own[name]) delete env[name];
  }
  const name = nameIn(env, 'NODE_OPTIONS');
  if (name !== undefined && env[name]) env[name] = inheritedNodeOptions(env[name], own['NODE_OPTIONS'], cwd);
  env[BOOTING] = '1';
  return env;
}
