// Reads the Transfer events of a token through a Subsquid processor and writes them as CSV, as its file store does:
// sync.mjs URL TOKEN FIRST LAST OUTPUT
import { event, indexed } from "@subsquid/evm-abi";
import { address, uint256 } from "@subsquid/evm-codec";
import { EvmBatchProcessor } from "@subsquid/evm-processor";
import { Database, LocalDest } from "@subsquid/file-store";
import { Column, Table, Types } from "@subsquid/file-store-csv";

const [url, token, first, last, output] = process.argv.slice(2);
const TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
const Transfer = event(TRANSFER, "Transfer(address,address,uint256)", {
  from: indexed(address),
  to: indexed(address),
  value: uint256,
});

const processor = new EvmBatchProcessor()
  .setRpcEndpoint({ url, capacity: 10, maxBatchCallSize: 100 })
  .setFinalityConfirmation(0)
  .setBlockRange({ from: Number(first), to: Number(last) })
  .setFields({ log: { topics: true, data: true, transactionHash: true } })
  .addLog({ address: [token], topic0: [TRANSFER] });

const transfers = new Table("transfers.csv", {
  block: Column(Types.Integer()),
  logIndex: Column(Types.Integer()),
  transaction: Column(Types.String()),
  from: Column(Types.String()),
  to: Column(Types.String()),
  value: Column(Types.Integer()),
});

processor.run(new Database({ tables: { transfers }, dest: new LocalDest(output) }), async (context) => {
  for (const block of context.blocks) {
    for (const log of block.logs) {
      context.store.transfers.write({
        block: block.header.height,
        logIndex: log.logIndex,
        transaction: log.transactionHash,
        ...Transfer.decode(log),
      });
    }
  }
  // What is left below the size of a chunk would not be written otherwise.
  if (context.blocks.at(-1).header.height === Number(last)) context.store.setForceFlush(true);
});
