import { storeConformance } from '../conformance/store.ts';
import { openEmbeddedStore } from '../support/store-embedded.ts';

storeConformance('the embedded store', openEmbeddedStore);
