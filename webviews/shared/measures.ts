import { formatNumber, notAvailable } from './format.ts';

/** UTC milliseconds as `YYYY-MM-DD HH:mm:ss`. */
export function formatMoment(time: number): string {
  if (!(Math.abs(time) <= 8.64e15)) return notAvailable;
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

/** `1536` as `1.5 KB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${formatNumber(bytes, 0)} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${formatNumber(kilobytes, 1)} KB` : `${formatNumber(kilobytes / 1024, 1)} MB`;
}

/** How long something that runs has taken so far: whole seconds, minutes, hours. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Seconds as people read them: to the hundredth below ten, whole from a hundred on. */
export function formatSeconds(seconds: number): string {
  if (seconds > 0 && seconds < 0.005) return '<0.01';
  return formatNumber(seconds, seconds < 10 ? 2 : seconds < 100 ? 1 : 0);
}
