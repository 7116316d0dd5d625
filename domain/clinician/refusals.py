"""Situations that stand in the way of more than one decision about a clinician."""

from domain.refusal import Refused


class ClinicianIsNotAdmitted(Refused):
    """This person is not admitted to the network. Admit them first."""
