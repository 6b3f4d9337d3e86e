"""Who may do what to a ticket, and when, written down by hand: what `domain/policy.TABLE` has to say.

Columns: the act; who may, any of them; the stages at which, by the first letters of received, judged, in hand (I),
handled, verified, seen (S: the return visit) and closed; what must be so; what must not be. `-` is nothing. What was
closed can be unsent only by who fixed it on the spot.
"""

from dataclasses import dataclass
from typing import Final

from bot.domain.policy import Act
from bot.domain.tickets import Stage

_MATRIX: Final = """
reply         filer                      RJIHVS-  asked          -
agree         filer                      RJI----  proposed       -
disagree      filer                      RJI----  proposed       -
solved        filer                      ----VSC  askable        finding
partly        filer                      ----VSC  askable,visits finding
reopen        filer                      ----VSC  -              finding,long-closed
revise        filer,recorder             --I--SC  just-visited   erased
add           filer                      RJIHVS-  -              -
call          filer                      RJIHVS-  -              finding,nameless,call
withdraw      filer                      RJIH---  -              -
ask_nearest   filer,teller,chief,hands,desk   RJI----  from-site      help
go            near                       RJI----  -              helped
unsend        filer,teller               RJIH--C  from-site      long-sent
safe          filer,teller,colleague     RJI----  from-site      -
chase         filer,teller,chief         RJIH---  from-site      lately
claim         colleague                  RJIHVS-  -              held
accept        receiver                   RJI----  offered        -
decline       receiver                   RJI----  offered        -
verify        desk,contact,leader        ---H---  -              own-work,explained
reject        desk,contact,leader        ---H---  -              own-work,explained
visit_call    visitor                    ----VSC  under-way      own-work
visit_go      visitor                    ----VSC  under-way      own-work
visit         visitor                    ----VSC  under-way      own-work
not_reached   visitor                    ----VSC  under-way      own-work
review        leader                     RJIHVSC  visited        own-visit,own-work
confirm_void  leader                     RJI----  void           own-void
decline_void  hands,desk,leader          RJI----  void           others-void
tell_hq       hands,contact,desk,leader  ----VSC  hq-waits       -
sum_up        leader                     ------C  -              summed-up
reached       hands,contact              RJI----  sister         -
answer        hands,contact              RJIHVS-  -              -
start         hands                      RJ-----  -              offered
handle        hands,helper               RJI----  -              offered
judge         hands,desk,leader          RJI----  -              -
transfer      hands,leader               RJI----  -              offered
recall        giver,leader               RJI----  offered        -
promise       hands,contact              RJI----  -              -
ask           hands,contact              RJI----  -              -
propose       hands,contact              RJI----  -              finding
called        hands,contact              RJIHVS-  -              finding,nameless
note          colleague,chief,teller     RJIHVSC  -              -
grade         hands,desk,leader          RJI----  -              -
split         hands,desk,leader          RJI----  -              -
merge         hands,desk,leader          RJI----  -              -
unmerge       hands,desk,leader,filer    RJI----  merged         late,erased
void          hands,desk,leader          RJI----  -              void
undo          holder                     RJIHVS-  just-claimed   -
give_back     holder                     RJI----  -              offered
history       filer,colleague            RJIHVSC  -              -
clocks        colleague                  RJIHVSC  -              -
read          filer,teller,colleague,chief,helper RJIHVSC  -              -
"""

#: What is so when a matter was taken back, does not count or goes on elsewhere: these alone are then still possible.
OF_ENDED: Final = frozenset({Act.READ, Act.HISTORY, Act.CLOCKS, Act.UNMERGE})
ENDED: Final = frozenset({"withdrawn", "voided", "merged"})
#: What was explained and not solved is for a leader to check (FC-12), another's proposal for a leader to turn down.
OF_LEADERS: Final = frozenset({"explained", "others-void"})
_LETTERS: Final = dict(zip("RJIHVSC", Stage, strict=True))


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the matrix."""

    act: Act
    who: frozenset[str]
    stages: frozenset[Stage]
    wants: frozenset[str]
    bars: frozenset[str]

    def permits(self, relations: frozenset[str], stage: Stage, state: frozenset[str]) -> bool:
        """Whether somebody of these relations can do it to a ticket at that stage, in that state."""
        bars = self.bars - OF_LEADERS if "leader" in relations else self.bars
        bars = bars - {"late"} if relations & {"hands", "desk", "leader"} else bars
        if state & ENDED and self.act not in OF_ENDED:
            return False
        if self.act is Act.UNSEND and stage is Stage.CLOSED and "own-work" not in state:
            return False
        return bool(self.who & relations) and stage in self.stages and self.wants <= state and not bars & state


def _names(column: str) -> frozenset[str]:
    return frozenset(() if column == "-" else column.split(","))


def _rule(line: str) -> Rule:
    act, who, stages, wants, bars = line.split()
    at = frozenset(_LETTERS[letter] for letter in stages if letter != "-")
    return Rule(Act(act), _names(who), at, _names(wants), _names(bars))


MATRIX: Final = tuple(_rule(line) for line in _MATRIX.strip().splitlines())
