// Writes what OpenZeppelin's wizard makes of all options that matter, each different source once, with the options as labels.
import { erc20, stablecoin } from '@openzeppelin/wizard';

const each = (options) =>
  Object.entries(options).reduce(
    (all, [key, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
const both = [false, true];
const access = ['ownable', 'roles', 'managed'];
const plain = each({ mintable: both, pausable: both, burnable: both, access, upgradeable: [false, 'uups', 'transparent'] });
const extras = each({ mintable: both, pausable: [true], access, callback: both, flashmint: both, votes: [false, 'timestamp'] });
const stable = each({
  mintable: both,
  pausable: both,
  access,
  upgradeable: [false, 'uups'],
  freezable: both,
  restrictions: [false, 'allowlist', 'blocklist'],
});

const found = new Map();
const add = (kind, print, options) => {
  // On an allow-list nobody stands at first, so nothing can be minted by the constructor.
  const premint = options.restrictions === 'allowlist' ? '0' : '1000000';
  if (options.restrictions === 'allowlist' && !options.mintable) return;
  const source = print({ name: 'Token', symbol: 'TKN', premint, ...options });
  if (!found.has(source)) found.set(source, { kind, options, source });
};
for (const options of [...plain, ...extras]) add('erc20', erc20.print, options);
for (const options of stable) add('stablecoin', stablecoin.print, options);
process.stdout.write(JSON.stringify([...found.values()]));
