"""Which rules are asked on the day itself: before the dose, before a second part, before release."""

from domain.episode.gates.asked_today import (
    capacity,
    driving_rule,
    ketamine_elsewhere_today,
    pregnancy_today,
    sober,
    suicide_question,
)
from domain.episode.gates.booster import fresh_vitals, safe, window
from domain.episode.gates.companion_present import companion_present
from domain.episode.gates.dose_amount import dose_amount
from domain.episode.gates.fasting import fasting
from domain.episode.gates.gate import Rule
from domain.episode.gates.identity import identity
from domain.episode.gates.medicines_today import medicines_asked, medicines_held
from domain.episode.gates.place import place
from domain.episode.gates.release import checks, no_crisis, observation, vitals_after
from domain.episode.gates.required_sets import sets_after, sets_before
from domain.episode.gates.vitals import vitals_before

ON_THE_DAY: tuple[Rule, ...] = (
    companion_present,
    identity,
    place,
    suicide_question,
    capacity,
    sober,
    fasting,
    medicines_held,
    medicines_asked,
    pregnancy_today,
    ketamine_elsewhere_today,
    driving_rule,
    vitals_before,
    sets_before,
    dose_amount,
)
"""The second half of clear to dose."""

SECOND_PART: tuple[Rule, ...] = (
    window,
    fresh_vitals,
    safe,
    companion_present,
    suicide_question,
    capacity,
    sober,
    medicines_held,
    pregnancy_today,
    ketamine_elsewhere_today,
    dose_amount,
)
"""What would end a go to this part is asked before it is given: nobody clears again what has just been stopped."""

RELEASE: tuple[Rule, ...] = (observation, vitals_after, no_crisis, sets_after, companion_present, checks)
