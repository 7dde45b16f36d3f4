import { createConfig } from "ponder";
import { parseAbi } from "viem";

const setting = (name: string) => process.env[name]!;

export default createConfig({
  database: { kind: "pglite", directory: setting("BENCH_OUTPUT") },
  chains: { bench: { id: 1337, rpc: setting("BENCH_URL"), disableCache: true } },
  contracts: {
    Token: {
      chain: "bench",
      abi: parseAbi(["event Transfer(address indexed from, address indexed to, uint256 value)"]),
      address: setting("BENCH_TOKEN") as `0x${string}`,
      startBlock: Number(setting("BENCH_FIRST")),
      endBlock: Number(setting("BENCH_LAST")),
    },
  },
});
