/** Parent side: makes the environment of a child. */
import { BOOTING } from './not-node';

/**
 * The parent's environment with `changes` merged over it. Without the variables that would make the child part of the
 * parent's debug or test session, or of its IPC channel.
 */
export function childEnv(
  changes: Record<string, string | undefined> = {},
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = Object.assign(Object.create(null), process.env);
  delete env['NODE_TEST_CONTEXT'];
  delete env['NODE_CHANNEL_FD'];
  for (const [key, value] of Object.entries(changes)) {
    // Windows ignores the case of names: PATH may be called Path.
    if (platform === 'win32') for (const name of Object.keys(env)) if (isSameName(name, key)) delete env[name];
    if (value === undefined) delete env[key];
    else env[key] = value;
  }
  const options = env['NODE_OPTIONS'];
  if (options?.includes('--inspect')) {
    env['NODE_OPTIONS'] = options.replace(/(^|\s)--inspect[\w-]*(=\S*)?(?=\s|$)/g, '$1').trim();
  }
  env[BOOTING] = '1';
  return env;
}

const isSameName = (one: string, other: string) => one.toUpperCase() === other.toUpperCase();
