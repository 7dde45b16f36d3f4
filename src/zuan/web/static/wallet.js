// Wallets that announce themselves (EIP-6963). The page asks them to sign and to send; it never sees a key.

const MOST = 40; // letters of a wallet's name that are shown: it names itself

// What a wallet's refusal means (EIP-1193, EIP-1474), whatever its words.
const KINDS = {
  4001: 'rejected', 4100: 'locked', 4200: 'unsupported', 4900: 'gone', 4901: 'gone', 4902: 'unknownChain', '-32002': 'pending',
};

export class WalletError extends Error {
  constructor(kind, said) {
    super(said);
    this.kind = kind;
  }
}

function refusal(error) {
  // Some wallets wrap the error of another layer.
  const codes = [error?.code, error?.data?.originalError?.code, error?.cause?.code];
  const kind = codes.map((code) => KINDS[code]).find(Boolean) ?? 'other';
  return new WalletError(kind, String(error?.message ?? error).slice(0, 300));
}

function plain(text) {
  // Marks that turn or hide letters are left out: a name must not look like another.
  return String(text ?? '').replace(/[\p{C}\p{Z}]+/gu, ' ').trim().slice(0, MOST);
}

export class Wallet {
  constructor(info, provider) {
    this.id = String(info.uuid ?? info.rdns ?? 'page');
    this.name = plain(info.name) || '?';
    this.rdns = plain(info.rdns);
    this.icon = /^data:image\/(png|svg\+xml|webp|gif|jpeg)[;,]/.test(info.icon ?? '') ? info.icon : null;
    this.provider = provider;
    this.listening = [];
  }

  async ask(method, params = []) {
    try {
      return await this.provider.request({ method, params });
    } catch (error) {
      throw refusal(error);
    }
  }

  // The account that it acts with, asked for; a locked wallet opens its own window, or refuses.
  async connect() {
    const found = await this.ask('eth_requestAccounts');
    if (!Array.isArray(found) || !/^0x[0-9a-fA-F]{40}$/.test(found[0] ?? '')) throw new WalletError('locked', '');
    return found[0];
  }

  async chain() {
    return Number(BigInt(await this.ask('eth_chainId')));
  }

  async switchTo(chain) {
    await this.ask('wallet_switchEthereumChain', [{ chainId: '0x' + chain.toString(16) }]);
    if ((await this.chain()) !== chain) throw new WalletError('otherChain', '');
  }

  // Tells of another account, another chain, or that it went away.
  watch(changed) {
    this.forget();
    for (const name of ['accountsChanged', 'chainChanged', 'disconnect']) {
      const heard = (value) => changed(name, value);
      this.provider.on?.(name, heard);
      this.listening.push([name, heard]);
    }
  }

  forget() {
    for (const [name, heard] of this.listening) this.provider.removeListener?.(name, heard);
    this.listening = [];
  }
}

// Calls `found(wallets)` whenever the list changes; the first time also where there is none.
export function discover(found) {
  const known = new Map();
  window.addEventListener('eip6963:announceProvider', (event) => {
    const { info, provider } = event.detail ?? {};
    if (!info || typeof provider?.request !== 'function' || known.has(String(info.uuid ?? info.rdns))) return;
    const wallet = new Wallet(info, provider);
    known.set(wallet.id, wallet);
    found([...known.values()]);
  });
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  setTimeout(() => {
    // One that is older than EIP-6963.
    if (!known.size && typeof window.ethereum?.request === 'function') {
      known.set('page', new Wallet({ name: 'window.ethereum' }, window.ethereum));
    }
    found([...known.values()]);
  }, 300);
}
