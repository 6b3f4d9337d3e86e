"""The people on whom a matter depends, who all read one language: none of them is shown a word of another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from bot.adapters.i18n import catalogue
from bot.domain.people import Language, Person
from bot.domain.policy import Act
from bot.domain.tickets import Cause, Outcome
from bot.flows.labels import ACT, CAUSE, OUTCOME, TRANSFER_REASON
from bot.main import Running
from tests.e2e.acts import change_estate, change_person, english_in, in_words, told
from tests.phones import JPEG, Json, Phone, Sandbox, labels

#: Words of the people's own, and their names.
_WRITTEN = frozenset({"Smith", "Department", "Head", "Zhao"})


@dataclass(frozen=True, slots=True)
class Floor:
    """The people on whom a matter depends, all of one language."""

    sandbox: Sandbox
    language: Language
    resident: Phone
    clerk: Phone
    technician: Phone
    supervisor: Phone
    head: Phone

    def says(self, sentence: str) -> str:
        """Return how a sentence reads to them, up to its first parameter."""
        return in_words(sentence, self.language)

    def button(self, act: Act) -> str:
        """Return what the button of an act says."""
        return catalogue(self.language).gettext(ACT[act].message)

    async def taps(self, phone: Phone, *pressed: Act | str) -> None:
        """Let somebody tap these buttons one after the other, in private."""
        for one in pressed:
            answer = await phone.taps(self.button(one) if isinstance(one, Act) else self.says(one))
            assert not answer["show_alert"], answer["text"]

    async def writes(self, phone: Phone, act: Act, words: str) -> None:
        """Let one of the staff write to the resident, or a note, and send it."""
        if self.button(act) not in labels(await phone.sees(self.says("⋯ More"))):
            await self.taps(phone, "⋯ More")
        await self.taps(phone, act)
        await phone.sends(words)
        await self.taps(phone, "📝 Note it" if act is Act.NOTE else "📨 Send")

    async def offers(self, giver: Phone, receiver: str, why: str = "skill") -> None:
        """Offer the work to a colleague."""
        await self.taps(giver, Act.TRANSFER, receiver, TRANSFER_REASON[why].message)

    async def finishes(self, phone: Phone, words: str, outcome: Outcome = Outcome.SOLVED) -> None:
        """Say that it is done, with a photo."""
        await self.taps(phone, Act.HANDLE)
        await phone.sends(words, photo=JPEG)
        await self.taps(phone, OUTCOME[outcome].message, CAUSE[Cause.WEAR].message, "✅ Done")

    async def sees(self, phone: Phone, sentence: str, *more: str) -> Json:
        """Return the newest message with that sentence in it."""
        return await phone.sees(self.says(sentence), *more)


@asynccontextmanager
async def speaking(bot: Running, sandbox: Sandbox, language: Language) -> AsyncIterator[Floor]:
    """Let them all read `language`, and see to it at the end that they were shown nothing else."""

    def speaks(person: Person) -> Person:
        return replace(person, language=language, language_chosen=True)

    phones = [await sandbox.phone(key) for key in ("smith", "clerk", "technician", "supervisor", "head")]
    for phone in phones:
        await change_person(bot, phone.id, speaks)
    await change_estate(bot, lambda estate: replace(estate, language=language))
    yield Floor(sandbox, language, *phones)
    if language is not Language.ENGLISH:
        for phone in phones:
            for message in await told(phone):
                foreign = [word for word in english_in(message) if word not in _WRITTEN]
                assert not foreign, (message.get("text"), labels(message))
