export type Tone = 'good' | 'caution' | 'bad' | 'busy' | 'quiet';

const tones: Readonly<Record<string, Tone>> = {
  READY: 'good',
  COMPLETED: 'good',
  passed: 'good',
  mapped: 'good',
  certified: 'good',
  done: 'good',
  NEEDS_CONVERSION: 'caution',
  PAUSED: 'caution',
  warning: 'caution',
  weak: 'caution',
  partly: 'caution',
  changed: 'caution',
  FAILED: 'bad',
  failed: 'bad',
  blocked: 'bad',
  removed: 'bad',
  missing: 'bad',
  refused: 'bad',
  RUNNING: 'busy',
  added: 'busy',
  extra: 'busy',
};

export function toneOf(status: string): Tone {
  return Object.hasOwn(tones, status) ? (tones[status] ?? 'quiet') : 'quiet';
}
