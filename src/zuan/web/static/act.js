// An act with the holder's own wallet: connect, right chain, look again, sign, send, wait. The server prepares all of it
// (what is asked of the wallet, and what will happen, in words); nothing is computed here.

import { say } from './texts.js';
import { discover, WalletError } from './wallet.js';

const FINAL_POLL = 1000; // milliseconds between looks at a transaction that was sent
const PATIENCE = 300; // such looks

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Act {
  constructor(panel) {
    this.panel = panel;
    this.wallet = null;
    this.account = null;
    this.busy = false;
    this.told = panel.querySelector('[role=status]');
    this.choices = panel.querySelector('[data-wallets]');
    this.steps = panel.querySelector('[data-steps]');
    panel.hidden = false;
    this.wallets = [];
    discover((wallets) => {
      this.wallets = wallets;
      this.choose();
    });
  }

  // ---- what is said

  tell(text, kind = '') {
    this.told.textContent = text;
    this.told.dataset.kind = kind;
  }

  fail(error) {
    if (error instanceof WalletError) this.tell(say(`wallet.${error.kind}`, { said: error.message }), 'bad');
    else this.tell(String(error.message ?? error).slice(0, 500), 'bad');
  }

  button(text, act) {
    const made = element('button', text, { type: 'button' });
    made.addEventListener('click', () => this.once(act));
    return made;
  }

  // One thing at a time: a second click while the wallet asks would sign twice.
  async once(act) {
    if (this.busy) return;
    this.busy = true;
    this.panel.setAttribute('aria-busy', 'true');
    try {
      await act();
    } catch (error) {
      this.fail(error);
    } finally {
      this.busy = false;
      this.panel.removeAttribute('aria-busy');
    }
  }

  // ---- which wallet, account and chain

  choose() {
    const { wallets } = this;
    if (this.wallet) return;
    this.choices.replaceChildren();
    if (!wallets.length) return this.tell(say('wallet.none'));
    this.tell(wallets.length > 1 ? say('wallet.choose') : '');
    for (const wallet of wallets) {
      const twins = wallets.filter((other) => other.name === wallet.name).length > 1;
      const button = this.button(twins ? `${wallet.name} (${wallet.rdns})` : wallet.name, () => this.connect(wallet));
      if (wallet.icon) button.prepend(Object.assign(new Image(20, 20), { src: wallet.icon, alt: '' }));
      const item = element('li', '');
      item.append(button);
      this.choices.append(item);
    }
  }

  async connect(wallet) {
    this.tell(say('wallet.asked', { name: wallet.name }));
    const account = await wallet.connect();
    this.wallet?.forget();
    this.wallet = wallet;
    wallet.watch((name, value) => this.changed(name, value));
    await this.use(account);
  }

  async use(account) {
    this.account = account;
    const wanted = this.panel.dataset.account;
    if (wanted && wanted.toLowerCase() !== account.toLowerCase()) {
      this.tell(say('wallet.otherAccount', { account, wanted }), 'bad');
      this.steps.replaceChildren(element('a', say('act.forThis', { account }), { href: this.address({ account }) }));
      return;
    }
    if (!wanted) {
      // The form shows what will happen once it knows whose diamonds they are.
      const field = document.querySelector('form[data-act] [name=account]');
      if (field) field.value = account;
      this.tell(say('act.filledIn', { account, name: this.wallet.name }), 'good');
      this.steps.replaceChildren();
      return;
    }
    const chain = Number(this.panel.dataset.chain);
    const there = await this.wallet.chain();
    if (there !== chain) {
      this.tell(say('wallet.wrongChain', { there, chain }), 'bad');
      const again = this.button(say('act.switch', { chain }), async () => {
        await this.wallet.switchTo(chain);
        await this.use(account);
      });
      this.steps.replaceChildren(again);
      return;
    }
    this.ready();
  }

  ready() {
    const signs = this.panel.dataset.how === 'sign';
    this.tell(say('act.ready', { name: this.wallet.name, account: this.account }), 'good');
    this.steps.replaceChildren(this.button(say(signs ? 'act.sign' : 'act.send'), () => this.carryOut()));
    this.steps.querySelector('button').dataset.main = '';
  }

  // The wallet changed under us: whatever was shown is no longer for it.
  changed(name, value) {
    this.steps.replaceChildren();
    if (name === 'disconnect' || (name === 'accountsChanged' && !value?.length)) {
      this.wallet.forget();
      this.wallet = this.account = null;
      this.choose();
      this.tell(say(name === 'disconnect' ? 'wallet.gone' : 'wallet.locked'), 'bad');
      return;
    }
    const account = name === 'accountsChanged' ? value[0] : this.account;
    this.use(account).catch((error) => this.fail(error));
  }

  // ---- what is done

  address(more) {
    const url = new URL(location.href);
    for (const [key, value] of Object.entries(more)) url.searchParams.set(key, value);
    return url.pathname + url.search;
  }

  async prepared(url, signature) {
    const headers = signature ? { 'Zuan-Signature': signature } : {};
    const answer = await fetch(url, { headers, cache: 'no-store' }).catch(() => null);
    if (!answer) throw new Error(say('act.noServer'));
    const found = await answer.json().catch(() => ({}));
    if (found.refusal || !answer.ok) throw new Error(found.refusal ?? found.error ?? say('act.noServer'));
    return found;
  }

  async carryOut() {
    this.tell(say('act.looking'));
    let found = await this.prepared(this.panel.dataset.prepare);
    if (found.shown !== this.panel.dataset.shown) {
      this.steps.replaceChildren(element('a', say('act.again'), { href: this.address({}) }));
      throw new Error(say('act.otherFigures'));
    }
    if (found.sign) {
      this.tell(say(found.how === 'send' ? 'act.askPermit' : 'act.askSign'));
      const { account } = this;
      const signature = await this.wallet.ask('eth_signTypedData_v4', [account, JSON.stringify(found.sign)]);
      found = await this.prepared(found.then, signature);
    }
    if (found.file) return this.hand(found.file, found.name);
    this.tell(say('act.askSend'));
    const hash = await this.wallet.ask('eth_sendTransaction', [found.transaction]);
    this.steps.replaceChildren();
    await this.wait(String(hash));
  }

  hand(file, name) {
    const blob = new Blob([JSON.stringify(file, null, 2) + '\n'], { type: 'application/json' });
    const link = element('a', say('act.download', { name }), { href: URL.createObjectURL(blob), download: name });
    this.steps.replaceChildren(link);
    link.click();
    this.tell(say('act.signed', { name }), 'good');
  }

  async wait(hash) {
    for (let look = 0; look < PATIENCE; look += 1) {
      this.tell(say('act.sent', { hash }));
      const receipt = await this.wallet.ask('eth_getTransactionReceipt', [hash]).catch(() => null);
      if (receipt?.blockNumber) {
        const block = Number(BigInt(receipt.blockNumber));
        const good = BigInt(receipt.status ?? 1) === 1n;
        this.tell(say(good ? 'act.done' : 'act.failed', { hash, block }), good ? 'good' : 'bad');
        this.panel.dispatchEvent(new CustomEvent('zuan:done', { bubbles: true }));
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, FINAL_POLL));
    }
    this.tell(say('act.notYet', { hash }), 'bad');
  }
}

export function start(panel) {
  return new Act(panel);
}
