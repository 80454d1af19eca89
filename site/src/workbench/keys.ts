const PREFIX = 'terroir.key.';

/**
 * The runner keeps only a digest of a micro-cloud's key, so the browser that made it keeps the key itself, on this device. Another
 * browser asks for a new one.
 */
export const keepKey = (microcloud: string, key: string): void => localStorage.setItem(PREFIX + microcloud, key);
export const keyOf = (microcloud: string): string | null => localStorage.getItem(PREFIX + microcloud);
export const forgetKey = (microcloud: string): void => localStorage.removeItem(PREFIX + microcloud);
