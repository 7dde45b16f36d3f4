// Signs typed data (EIP-712) with ethers and with viem: node sign_typed_data.mjs KEY < typed-data.json
import { readFileSync } from "node:fs";
import { Wallet } from "ethers";
import { privateKeyToAccount } from "viem/accounts";

const data = JSON.parse(readFileSync(0, "utf8"));
const { EIP712Domain: _, ...types } = data.types;
const ethers = await new Wallet(process.argv[2]).signTypedData(data.domain, types, data.message);
const { domain, primaryType, message } = data;
const viem = await privateKeyToAccount(process.argv[2]).signTypedData({ domain, types, primaryType, message });
console.log(JSON.stringify({ ethers, viem }));
