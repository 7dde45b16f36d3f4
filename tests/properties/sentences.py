"""The sentences to be proven, checked on what the chain itself shows: balances, events and times, never the model.

They stand in full in sentence.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from eth_hash.auto import keccak

from zuan.deploy.config import DeployConfig

from .chain import CHAIN_ID, Event, words
from .ledger.desk import DeskLedger
from .ledger.governance import GovernanceLedger
from .ledger.steps import Standing, Step
from .ledger.vault import VaultLedger
from .sentence import Sentence

_NEVER = -(2**40), 0


class Windows:
    """Bounds what a minter mints in every window at once.

    With G(t) the integral of capacity/period and M(t) the diamonds minted, the sentence is
    M(end) - M(start) <= capacity(start) + G(end) - G(start); the right side is smallest at one known start.
    """

    def __init__(self, capacity: int, period: int, now: int) -> None:
        self.capacity, self.period, self.updated = capacity, period, now
        self.gained, self.minted, self.least = Fraction(0), 0, Fraction(capacity)

    def pass_time(self, now: int) -> None:
        self.gained += Fraction(self.capacity * (now - self.updated), self.period)
        self.updated = now
        self.least = min(self.least, self.minted + self.capacity - self.gained)

    def change(self, capacity: int, period: int, now: int) -> None:
        self.pass_time(now)
        self.capacity, self.period = capacity, period
        self.pass_time(now)

    def mint(self, amount: int, now: int) -> bool:
        self.pass_time(now)
        self.minted += amount
        return self.minted - self.gained <= self.least


class Sentences:
    """Follows one deployment; :meth:`check` returns the violations of each step."""

    def __init__(self, config: DeployConfig, at: Mapping[str, str], deployment: Sequence[Event], now: int) -> None:
        self.cap, self.suspension_time = config.cap, config.suspension_time
        self.head, self.issued, self.burned = keccak(words(CHAIN_ID, at["issuer"]))[:16], 0, 0
        self.standing = Standing()
        self.haircut: dict[bytes, int] = {}
        #: Haircuts of the shortfall clock: the highest since it stood at zero, all of a kind that came later.
        self.ruler: dict[bytes, int] = {}
        self.rotated_away: set[str] = set()
        #: Lines of the newest statement.
        self.lines: list[tuple[bytes, int]] = []
        self.auditors: set[str] = set()
        self.quorum = self.max_age = 0
        self.accepted: set[bytes] = set()
        #: When a key suspended last, and the quorum of that moment: goes over at a rotation and stays with the old key,
        #: and stays with one who leaves and comes back.
        self.suspended_at: dict[str, tuple[int, int]] = {}
        self.windows: dict[str, Windows] = {}
        self.minted: Counter[bytes] = Counter()
        #: Orders that stand in plans, which the sentence on replays speaks of.
        self.planned: set[bytes] = set()
        #: Orders of each pending proposal, the last second at which it may be executed, and its minter.
        self.proposed: dict[bytes, tuple[set[bytes], int, str]] = {}
        #: Signatures that were carried out.
        self.used: set[bytes] = set()
        self.checked: Counter[str] = Counter()
        self.violations: list[tuple[Sentence, str]] = []
        self.vault = VaultLedger(config, at["vault"], at["asset"], self.standing, now, self.expect)
        self.desk = DeskLedger(config, at["desk"], self.expect)
        self.governance = GovernanceLedger(config, deployment, self.expect)
        for event in deployment:
            self._follow(event, None, now)

    def reserved(self, now: int) -> set[bytes]:
        """Orders that a pending proposal may still mint."""
        return {ref for refs, until, _ in self.proposed.values() if now <= until for ref in refs}

    def check(self, step: Step) -> list[tuple[Sentence, str]]:
        """Violations: sentences, and what was seen."""
        self.violations = []
        owed = self.vault.owed.copy(), self.desk.owed.copy()
        self.vault.used.clear()
        self.desk.used.clear()
        self.vault.held = step.before.held
        for event in step.events:
            self._follow(event, step, step.now)
        ending = self.vault.ending
        self.vault.check(step, self.issued - self.standing.burned)
        if self.vault.ending and not ending:
            self.checked[f"{Sentence.SHARES} by {('none', 'waiting', 'silence', 'shortfall')[self.vault.begun]}"] += 1
        self.desk.check(step)
        self.governance.check(step)
        self._check_authorised(step)
        self._check_holders(step, *owed)
        self._check_sums(step)
        self._check_history(step)
        if step.now < self.standing.suspended_until:
            self.checked[f"{Sentence.QUORUM} {step.part}.{step.function} while suspended"] += 1
        return self.violations

    def expect(self, sentence: Sentence, holds: bool, text: str) -> None:
        """Notes that a sentence was checked, and the violation if it did not hold."""
        self.checked[str(sentence)] += 1
        if not holds:
            self.violations.append((sentence, text))

    def _check_holders(self, step: Step, in_vault: Counter[str], at_desk: Counter[str]) -> None:
        """Balance and what is owed for diamonds given away, together."""
        vault, desk = self.vault, self.desk
        for holder in step.before.balances.keys() | vault.owed.keys() | desk.owed.keys():
            # What the desk holds is its buyers'; the sentence on escrow speaks of it.
            if holder == desk.at:
                continue
            before = step.before.balances.get(holder, 0) + in_vault[holder] + at_desk[holder]
            after = step.after.balances.get(holder, 0) + vault.owed[holder] + desk.owed[holder]
            fall = before - after - vault.used[holder] - desk.used[holder]
            if before > after:
                signed = step.signed.amount if step.signed and step.signed.holder == holder else 0
                allowed = fall <= 0 or step.who == holder or max(step.allowances.get(holder, 0), signed) >= fall
                self.expect(Sentence.KEPT, allowed, f"{step.function} by {step.who} took {fall} from {holder}")

    def _check_authorised(self, step: Step) -> None:
        """What was signed, once, in its time: whatever the contracts' events say."""
        if step.signature:
            signed = step.signed
            fits = signed is not None and signed.call == (step.part, step.function, step.args)
            self.expect(
                Sentence.SIGNED, fits, f"{step.function}{step.args} passed, and {signed and signed.call} was signed"
            )
            self.expect(
                Sentence.SIGNED,
                step.signature not in self.used,
                f"{step.function} of {signed and signed.holder} passed again",
            )
            self.used.add(step.signature)
            if signed:
                self.expect(
                    Sentence.SIGNED, signed.after < step.now < signed.before, f"{step.function} passed out of its time"
                )

    def _check_sums(self, step: Step) -> None:
        supply, issued = step.after.supply, step.after.issued
        self.expect(Sentence.SUMS, supply <= self.cap, f"supply {supply} > cap {self.cap}")
        self.expect(
            Sentence.SUMS, issued == supply + self.burned, f"issued {issued} != {supply} + {self.burned} burned"
        )
        total = sum(step.after.balances.values())
        self.expect(Sentence.SUMS, total == supply, f"balances sum to {total}, supply is {supply}")
        standing = self.standing
        if standing.epoch:
            liabilities = issued - standing.burned
            outstanding = supply + (0 if self.vault.ending else self.vault.waiting)
            self.expect(
                Sentence.COVERED, liabilities >= outstanding, f"liabilities {liabilities} < {outstanding} outstanding"
            )

    def _check_history(self, step: Step) -> None:
        head, issued = step.after.head, step.after.issued
        self.expect(Sentence.ONCE, head == self.head, f"head {head.hex()}, events say {self.head.hex()}")
        self.expect(Sentence.ONCE, issued == self.issued, f"issued {issued}, events say {self.issued}")

    def _follow(self, event: Event, step: Step | None, now: int) -> None:
        args, standing = event.args, self.standing
        if event.name == "Minted" and step:
            self._minted(args, step)
        elif event.part == "issuer" and event.name in ("Proposed", "Cancelled", "Executed"):
            self._announced(event.name, args, now)
        elif event.name == "Burned":
            self.burned += args["amount"]
            own = step is not None and args["from"] in (step.who, step.actor)
            self.expect(Sentence.KEPT, own or args["amount"] > 0, f"a burn of nothing in the name of {args['from']}")
        elif event.name == "Attested" and step:
            self._attested(args, step)
        elif event.name == "Suspended":
            self._suspended(args["auditor"], args["until"], now)
        elif event.name == "AuditorRotated":
            self._fits(args["to"])
            self.rotated_away.add(args["from"])
            self.auditors = self.auditors - {args["from"]} | {args["to"]}
            self.suspended_at[args["to"]] = self.suspended_at.get(args["from"], _NEVER)
        elif event.name == "AuditorsChanged":
            for auditor in args["newAuditors"]:
                self._fits(auditor)
            self.auditors = set(args["newAuditors"])
            standing.changed_at = now
            self.quorum, standing.fresh_until = args["newQuorum"], 0
            # The first ones may speak of the deployment's own second.
            standing.appointed_at = now if step else now - 1
        elif event.name == "KindSet":
            kind, haircut = args["kind"], args["newHaircutBps"]
            self.haircut[kind], standing.changed_at = haircut, now
            self.ruler[kind] = haircut if standing.at_zero else max(haircut, self.ruler.get(kind, 10_000))
        elif event.name == "KindRemoved":
            del self.haircut[args["kind"]], self.ruler[args["kind"]]
            standing.changed_at = now
        elif event.name == "MaxAgeChanged":
            self.max_age, standing.changed_at = args["newMaxAge"], now
            standing.fresh_until = min(standing.fresh_until, standing.as_of + self.max_age)
        elif event.name == "MinterSet":
            minter, capacity, period, _ = args["newLimits"]
            if not capacity:
                # What a minter had proposed ends with its dismissal, for good.
                self.proposed = {name: p for name, p in self.proposed.items() if p[2] != minter}
            if minter in self.windows:
                self.windows[minter].change(capacity, period, now)
            else:
                self.windows[minter] = Windows(capacity, period, now)

    def _announced(self, what: str, args: Mapping[str, Any], now: int) -> None:
        name = args["id"]
        if what == "Proposed":
            self.head = keccak(words(self.head, name))[:16]
            self.proposed[name] = {order[2] for order in args["orders"]}, args["expiresAt"], args["minter"]
            return
        if what == "Cancelled":
            until = self.proposed[name][1] if name in self.proposed else now
            self.expect(Sentence.ONCE, args["moved"] == (now <= until), f"cancelled at {now}, it expired at {until}")
            self.head = keccak(words(self.head, name))[:16] if args["moved"] else self.head
        self.expect(Sentence.ONCE, name in self.proposed, f"the proposal {name.hex()} ended twice, or never began")
        self.proposed.pop(name, None)

    def _minted(self, args: Mapping[str, Any], step: Step) -> None:
        amount, ref, first = args["amount"], args["orderRef"], args["firstSerial"]
        self.expect(Sentence.ONCE, first == self.issued + 1, f"serial {first} follows {self.issued}")
        self.issued += amount
        self.head = keccak(words(self.head, ref, args["to"], amount))[:16]
        self.minted[ref] += 1
        if ref in self.planned:
            self.checked[f"{Sentence.ONCE} planned"] += 1
            self.checked[f"{Sentence.ONCE} planned and proposed"] += step.function == "execute"
            self.expect(Sentence.ONCE, self.minted[ref] == 1, f"the planned order {ref.hex()} was minted twice")

        standing, now = self.standing, step.now
        liabilities = self.issued - standing.burned
        backing = min(step.before.reserves, self.vault.free, standing.vault) + standing.attested
        self.expect(
            Sentence.COVERED, liabilities <= backing, f"liabilities {liabilities} > {backing} of reserves at a mint"
        )
        self.expect(
            Sentence.COVERED,
            now <= standing.fresh_until,
            f"mint at {now}, attestation fresh until {standing.fresh_until}",
        )
        self.expect(
            Sentence.COVERED,
            now >= standing.suspended_until,
            f"mint at {now}, suspended until {standing.suspended_until}",
        )
        self.expect(Sentence.COVERED, not self.vault.waiting, f"mint while {self.vault.waiting} wait for cash")
        self.expect(Sentence.COVERED, self.vault.ending is None, "mint in the wind-down")
        self.expect(
            Sentence.COVERED, not self.vault.after_drain, "mint after cash had left, before a statement that knows it"
        )
        self.expect(Sentence.COVERED, not self.vault.stuck_since, "mint on cash that does not move")
        self.expect(
            Sentence.COVERED, args["epoch"] == standing.epoch, f"mint by epoch {args['epoch']}, newest {standing.epoch}"
        )

        minter = args["minter"]
        within = minter in self.windows and self.windows[minter].mint(amount, now)
        self.expect(Sentence.RATE, within, f"{minter} minted more than its limit allows")

    def _attested(self, args: Mapping[str, Any], step: Step) -> None:
        true = [s for s in step.signers if s in self.auditors]
        self.expect(
            Sentence.QUORUM, len(true) >= self.quorum, f"{len(true)} auditors attested, the quorum is {self.quorum}"
        )
        self.expect(Sentence.QUORUM, step.digest not in self.accepted, "a statement counted twice")
        since = self.standing.appointed_at
        self.expect(
            Sentence.QUORUM, args["asOf"] > since, f"auditors appointed at {since} attested what was at {args['asOf']}"
        )
        self.expect(Sentence.QUORUM, set(args["signers"]) == step.signers, f"{args['signers']} did not sign")
        self.accepted.add(step.digest)
        self.lines = [(kind, value) for kind, value in args["lines"]]
        standing = self.standing
        self.expect(
            Sentence.COVERED, args["epoch"] == standing.epoch + 1, f"epoch {args['epoch']} follows {standing.epoch}"
        )
        before = standing.as_of
        standing.epoch, standing.as_of, standing.vault = args["epoch"], args["asOf"], args["vault"]
        standing.burned, standing.fresh_until = args["issued"] - args["supply"], args["asOf"] + self.max_age
        # Rounded down line by line, against the platform.
        standing.attested = sum(value * (10_000 - self.haircut[kind]) // 10_000 for kind, value in args["lines"])
        proven = sum(value * (10_000 - self.ruler[kind]) // 10_000 for kind, value in args["lines"])
        short, interval = proven + standing.vault < args["supply"], standing.as_of - before if before else 0
        if short or standing.short:
            standing.shortfall_time = min(standing.shortfall_time + interval, self.vault.rules.max_shortfall)
        else:
            standing.shortfall_time = max(standing.shortfall_time - min(interval, self.max_age), 0)
        standing.short = short
        if standing.at_zero:
            self.ruler = dict(self.haircut)
        self.expect(
            Sentence.COVERED,
            args["attested"] == standing.attested,
            f"attested {args['attested']}, not {standing.attested}",
        )

    def _fits(self, auditor: str) -> None:
        self.expect(Sentence.QUORUM, auditor not in self.rotated_away, f"{auditor}, rotated away, came back")

    def _suspended(self, auditor: str, until: int, now: int) -> None:
        self.expect(Sentence.QUORUM, auditor in self.auditors, f"{auditor} is no auditor and suspended minting")
        self.expect(Sentence.QUORUM, until == now + self.suspension_time, f"suspended at {now} until {until}")
        last, quorum = self.suspended_at.get(auditor, _NEVER)
        gap = max(quorum, self.quorum) * self.suspension_time
        self.expect(Sentence.QUORUM, now - last >= gap, f"{auditor} suspended at {last} and again at {now}")
        self.suspended_at[auditor] = now, self.quorum
        self.standing.suspended_until = until
