import { keep, readKept } from '../buyer/kept.ts';

const KEY = 'sound';
/** A fourth up, each note fading out. */
const NOTES: readonly (readonly [hertz: number, atS: number])[] = [
  [587.3, 0],
  [784, 0.18],
  [784, 0.9],
  [1046.5, 1.08],
];
const NOTE_S = 0.6;
const VOLUME = 0.25;

export function wantsSound(): boolean {
  return readKept<boolean>(KEY) ?? true;
}

export function chooseSound(on: boolean): void {
  keep(KEY, on);
}

let context: AudioContext | null = null;

/** Browsers let a page be heard only after it was touched: call it whenever that happens. */
export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Says without words that the turn has come, as far as the browser lets the page. */
export function announceTurn(): void {
  // Before the page was touched, browsers refuse and complain.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([250, 120, 250]);
  if (!context || !wantsSound()) return;
  for (const [hertz, atS] of NOTES) playNote(context, hertz, context.currentTime + atS);
}

function playNote(audio: AudioContext, hertz: number, atS: number): void {
  const [tone, volume] = [audio.createOscillator(), audio.createGain()];
  tone.frequency.value = hertz;
  volume.gain.setValueAtTime(VOLUME, atS);
  volume.gain.exponentialRampToValueAtTime(0.001, atS + NOTE_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(atS);
  tone.stop(atS + NOTE_S);
}
