/** Words that are written in several ways; each stands for its short form. Endings too: `Musterstrasse`. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  apartment: 'apt',
  avenue: 'ave',
  boulevard: 'blvd',
  building: 'bldg',
  court: 'ct',
  drive: 'dr',
  floor: 'fl',
  highway: 'hwy',
  lane: 'ln',
  north: 'n',
  east: 'e',
  south: 's',
  west: 'w',
  number: 'no',
  place: 'pl',
  platz: 'pl',
  road: 'rd',
  room: 'rm',
  square: 'sq',
  strasse: 'st',
  street: 'st',
  str: 'st',
  suite: 'ste',
  unit: 'apt',
};

/** Of words that are written as one with the name of the street. */
const STREET_ENDING = /(?:strasse|str)$/;

/**
 * What two ways of writing one address have in common: neither case, accents, punctuation, line breaks nor usual
 * abbreviations count. Two homes in one house differ. Empty when nothing is left to compare.
 */
export function addressKey(address: string): string {
  const words = plain(address).match(/[\p{L}\p{N}]+/gu) ?? [];
  // A space counts between two numbers alone: `12 a` is `12a`.
  return words
    .map(shortForm)
    .join(' ')
    .replace(/(?<!\p{N}) | (?!\p{N})/gu, '');
}

function plain(address: string): string {
  return address.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');
}

function shortForm(word: string): string {
  return ABBREVIATIONS[word] ?? word.replace(STREET_ENDING, 'st');
}
