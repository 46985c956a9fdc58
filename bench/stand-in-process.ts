import { EventStoreDbStandIn } from '../test/event-store/eventstoredb-stand-in.js';

const standIn = await EventStoreDbStandIn.started({ advertiseBatchAppend: true });
process.stdout.write(`the stand-in is ready: ${standIn.url}\n`);
process.on('SIGTERM', () => process.exit(0));
