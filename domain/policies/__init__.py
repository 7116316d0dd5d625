"""Every policy of this release: what is decided in one stream because of something that happened in another."""

from domain.policies.carry_over_adverse_event_when_reported_elsewhere import (
    CARRY_OVER_ADVERSE_EVENT_WHEN_REPORTED_ELSEWHERE,
)
from domain.policies.carry_over_earlier_course_when_more_becomes_known import (
    CARRY_OVER_EARLIER_COURSE_WHEN_MORE_BECOMES_KNOWN,
)
from domain.policies.carry_over_stopping_review_when_reviewed_elsewhere import (
    CARRY_OVER_STOPPING_REVIEW_WHEN_REVIEWED_ELSEWHERE,
)
from domain.policies.policy import Policy
from domain.policies.recheck_age_when_patient_details_are_corrected import (
    RECHECK_AGE_WHEN_PATIENT_DETAILS_ARE_CORRECTED,
)
from domain.policies.recheck_credentials_when_a_protocol_is_adopted import (
    RECHECK_CREDENTIALS_WHEN_A_PROTOCOL_IS_ADOPTED,
)
from domain.policies.recheck_credentials_when_one_changes import RECHECK_CREDENTIALS_WHEN_ONE_CHANGES
from domain.policies.recheck_plan_when_a_protocol_is_adopted import RECHECK_PLAN_WHEN_A_PROTOCOL_IS_ADOPTED

POLICIES: tuple[Policy, ...] = (
    CARRY_OVER_ADVERSE_EVENT_WHEN_REPORTED_ELSEWHERE,
    CARRY_OVER_EARLIER_COURSE_WHEN_MORE_BECOMES_KNOWN,
    CARRY_OVER_STOPPING_REVIEW_WHEN_REVIEWED_ELSEWHERE,
    RECHECK_AGE_WHEN_PATIENT_DETAILS_ARE_CORRECTED,
    RECHECK_CREDENTIALS_WHEN_ONE_CHANGES,
    RECHECK_CREDENTIALS_WHEN_A_PROTOCOL_IS_ADOPTED,
    RECHECK_PLAN_WHEN_A_PROTOCOL_IS_ADOPTED,
)
