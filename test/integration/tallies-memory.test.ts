import { MemoryTallies } from '../../src/anti-bot/memory/memory-tallies.ts';
import { describeTallies } from '../conformance/tallies.ts';

describeTallies('one process', (clock) => new MemoryTallies(clock));
