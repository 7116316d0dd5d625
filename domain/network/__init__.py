"""Everything that can be decided about a care network."""

from domain.decision import Decision, decision_of
from domain.network.adopt_protocol import adopt_protocol
from domain.network.create_network import create_network
from domain.network.name_medical_director import name_medical_director
from domain.network.name_on_call import name_on_call
from domain.network.note_absence import note_absence
from domain.network.set_check_in_terms import set_check_in_terms
from domain.network.set_erasure_terms import set_erasure_terms
from domain.network.set_reminders import set_reminders
from domain.network.take_back_on_call import take_back_on_call

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        create_network,
        adopt_protocol,
        set_check_in_terms,
        # who is on call, who is next, who is away
        name_on_call,
        take_back_on_call,
        name_medical_director,
        note_absence,
        # how staff are told of what is due
        set_reminders,
        # how long an erasure waits
        set_erasure_terms,
    )
)
