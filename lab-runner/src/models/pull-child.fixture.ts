import { systemClock, systemIds } from '../ports.ts';
import { createModels } from './models.ts';

/** A program of its own that pulls one model, for tests that kill it. Arguments: folder, hub, catalogue, id. */
const [folder = '', hub = '', catalogue = '', id = ''] = process.argv.slice(2);
const options = { folder, hub: new URL(hub), catalogue, shipped: [], clock: systemClock, ids: systemIds };
const models = await createModels(options);
await models.pull(id, { acceptLicence: true });
