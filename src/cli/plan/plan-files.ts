import { readFile } from 'node:fs/promises';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import figuresJson from '../../capacity/figures.json' with { type: 'json' };
import { type Figures, figuresSchema } from '../../capacity/figures.ts';
import pricesJson from '../../capacity/prices.json' with { type: 'json' };
import { type Prices, pricesSchema } from '../../capacity/prices.ts';
import { UsageError } from '../failure.ts';

/** @throws UsageError when the file is not one of measured figures */
export async function readFigures(path: string | undefined): Promise<Figures> {
  return path === undefined ? figuresJson : readAs(path, figuresSchema, 'src/capacity/figures.json');
}

/** @throws UsageError when the file is not one of prices */
export async function readPrices(path: string | undefined): Promise<Prices> {
  return path === undefined ? pricesJson : readAs(path, pricesSchema, 'src/capacity/prices.json');
}

async function readAs<Schema extends TSchema>(path: string, schema: Schema, model: string): Promise<Static<Schema>> {
  const content = parse(path, await read(path));
  if (Value.Check(schema, content)) return content;
  const [first] = Value.Errors(schema, content);
  throw new UsageError(`${path}: ${first?.instancePath || 'it'} ${first?.message}. Begin with a copy of ${model}.`);
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is not JSON.`);
  }
}
