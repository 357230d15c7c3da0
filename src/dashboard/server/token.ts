/** Parent side: the token without which nothing is controlled. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const newToken = (): string => randomBytes(32).toString('base64url');

/** In a time that does not tell how much of it is right. */
export const isToken = (token: string, given: unknown): boolean =>
  typeof given === 'string' && timingSafeEqual(digest(token), digest(given));

const digest = (text: string) => createHash('sha256').update(text).digest();
