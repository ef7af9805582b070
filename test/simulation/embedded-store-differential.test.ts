import { openEmbeddedStore } from '../support/store-embedded.ts';
import { storeDifferential } from './store-differential.ts';

storeDifferential('the embedded store', openEmbeddedStore, 400);
