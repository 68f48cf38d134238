export type Tone = 'good' | 'caution' | 'bad' | 'busy' | 'quiet';

const tones: Readonly<Record<string, Tone>> = {
  READY: 'good',
  COMPLETED: 'good',
  passed: 'good',
  mapped: 'good',
  certified: 'good',
  intact: 'good',
  'certified-with-exceptions': 'caution',
  'not-certified': 'bad',
  'not intact': 'bad',
  'undo-failed': 'bad',
  GOING_BACK: 'caution',
  UNDONE: 'caution',
  OPEN: 'busy',
  started: 'busy',
  'undo-started': 'busy',
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
