"""Everything that can be decided in an episode, in the order of a course of care.

Importing any module of this package loads all of it, so that every effect is known before the first fold.
"""

from domain.decision import Decision, decision_of
from domain.episode import withheld as withheld
from domain.episode.alert.acknowledge_alert import acknowledge_alert
from domain.episode.check_in.answer_check_in_link import answer_check_in_link
from domain.episode.check_in.lock_check_in_link import lock_check_in_link
from domain.episode.check_in.nominate_chaperone import nominate_chaperone
from domain.episode.check_in.report_medicine_inventory import report_medicine_inventory
from domain.episode.check_in.report_symptoms import report_symptoms
from domain.episode.check_in.review_symptoms import review_symptoms
from domain.episode.check_in.revoke_check_in_link import revoke_check_in_link
from domain.episode.check_in.send_check_in_link import send_check_in_link
from domain.episode.consent.narrow_touch import narrow_touch
from domain.episode.consent.sign_consent import sign_consent
from domain.episode.consent.withdraw_consent import withdraw_consent
from domain.episode.coordination.attempt_contact import attempt_contact
from domain.episode.coordination.close_care_gap import close_care_gap
from domain.episode.coordination.flag_for_discussion import flag_for_discussion
from domain.episode.coordination.raise_care_gap import raise_care_gap
from domain.episode.coordination.record_caseload_review import record_caseload_review
from domain.episode.course import explain_late_entry as explain_late_entry
from domain.episode.course.discharge_patient import discharge_patient
from domain.episode.course.mark_done import mark_done
from domain.episode.course.mark_in_error import mark_in_error
from domain.episode.course.pause_episode import pause_episode
from domain.episode.course.resume_episode import resume_episode
from domain.episode.disclosure.record_disclosure import record_disclosure
from domain.episode.document.add_addendum import add_addendum
from domain.episode.document.ask_co_signature import ask_co_signature
from domain.episode.document.ask_for_document import ask_for_document
from domain.episode.document.co_sign_document import co_sign_document
from domain.episode.document.sign_document import sign_document
from domain.episode.dosing.attempt_check_in import attempt_check_in
from domain.episode.dosing.clear_to_dose import clear_to_dose
from domain.episode.dosing.confirm_place import confirm_place
from domain.episode.dosing.correct_dose import correct_dose
from domain.episode.dosing.correct_vitals import correct_vitals
from domain.episode.dosing.declare_emergency import declare_emergency
from domain.episode.dosing.end_dosing_session import end_dosing_session
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.dosing.record_check import record_check
from domain.episode.dosing.record_checklist import record_checklist
from domain.episode.dosing.record_companion_arrival import record_companion_arrival
from domain.episode.dosing.record_companion_departure import record_companion_departure
from domain.episode.dosing.record_dose import record_dose
from domain.episode.dosing.record_monitoring_form_sent import record_monitoring_form_sent
from domain.episode.dosing.record_next_day_check_in import record_next_day_check_in
from domain.episode.dosing.record_swallowing import record_swallowing
from domain.episode.dosing.record_vitals import record_vitals
from domain.episode.dosing.record_vomiting import record_vomiting
from domain.episode.eligibility.determine_eligibility import determine_eligibility
from domain.episode.eligibility.find_contraindication import find_contraindication
from domain.episode.eligibility.receive_clearance import receive_clearance
from domain.episode.eligibility.recheck_age import recheck_age
from domain.episode.eligibility.request_clearance import request_clearance
from domain.episode.eligibility.resolve_contraindication import resolve_contraindication
from domain.episode.follow_up.book_follow_up import book_follow_up
from domain.episode.follow_up.complete_follow_up import complete_follow_up
from domain.episode.intake.book_intake import book_intake
from domain.episode.intake.complete_intake import complete_intake
from domain.episode.intake.report_ketamine_elsewhere import report_ketamine_elsewhere
from domain.episode.intake.report_medicine_change import report_medicine_change
from domain.episode.intake.review_medicines import review_medicines
from domain.episode.intake.update_intake import update_intake
from domain.episode.outcome.correct_outcome import correct_outcome
from domain.episode.outcome.import_outcome import import_outcome
from domain.episode.outcome.record_outcome import record_outcome
from domain.episode.plan.accept_hand_over import accept_hand_over
from domain.episode.plan.amend_plan import amend_plan
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.recheck_plan import recheck_plan
from domain.episode.plan.resume_plan import resume_plan
from domain.episode.plan.set_next_dose import set_next_dose
from domain.episode.plan.suspend_plan import suspend_plan
from domain.episode.prescription.check_pdmp import check_pdmp
from domain.episode.prescription.explain_tablets import explain_tablets
from domain.episode.prescription.record_prescription import record_prescription
from domain.episode.prescription.track_prescription import track_prescription
from domain.episode.question.answer_question import answer_question
from domain.episode.question.ask_question import ask_question
from domain.episode.question.close_question import close_question
from domain.episode.referral.carry_over_earlier_course import carry_over_earlier_course
from domain.episode.referral.import_history import import_history
from domain.episode.referral.refer import refer
from domain.episode.safety.carry_over_adverse_event import carry_over_adverse_event
from domain.episode.safety.carry_over_stopping_review import carry_over_stopping_review
from domain.episode.safety.confirm_override import confirm_override
from domain.episode.safety.grant_override import grant_override
from domain.episode.safety.place_hold import place_hold
from domain.episode.safety.record_adverse_event_outcome import record_adverse_event_outcome
from domain.episode.safety.record_safety_plan import record_safety_plan
from domain.episode.safety.release_hold import release_hold
from domain.episode.safety.report_adverse_event import report_adverse_event
from domain.episode.safety.review_adverse_event import review_adverse_event
from domain.episode.safety.review_deviation import review_deviation
from domain.episode.safety.review_safety import review_safety
from domain.episode.session.book_session import book_session
from domain.episode.session.cancel_session import cancel_session
from domain.episode.session.complete_integration import complete_integration
from domain.episode.session.complete_preparation import complete_preparation
from domain.episode.session.confirm_transport import confirm_transport
from domain.episode.session.miss_session import miss_session
from domain.episode.session.move_session import move_session
from domain.episode.session.verify_chaperone import verify_chaperone
from domain.episode.team.arrange_cover import arrange_cover
from domain.episode.team.assign_care_team_member import assign_care_team_member
from domain.episode.team.recheck_credentials import recheck_credentials
from domain.episode.team.remove_care_team_member import remove_care_team_member
from domain.episode.team.take_access import take_access
from domain.episode.team.take_patient_from_pool import take_patient_from_pool

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        # referral, care team, intake, eligibility, consent, plan and prescription
        refer,
        carry_over_earlier_course,
        import_history,
        assign_care_team_member,
        remove_care_team_member,
        take_patient_from_pool,
        recheck_credentials,
        arrange_cover,
        take_access,
        book_intake,
        complete_intake,
        update_intake,
        report_medicine_change,
        review_medicines,
        report_ketamine_elsewhere,
        determine_eligibility,
        recheck_age,
        request_clearance,
        receive_clearance,
        find_contraindication,
        resolve_contraindication,
        sign_consent,
        withdraw_consent,
        narrow_touch,
        issue_plan,
        amend_plan,
        set_next_dose,
        suspend_plan,
        resume_plan,
        recheck_plan,
        accept_hand_over,
        check_pdmp,
        record_prescription,
        track_prescription,
        explain_tablets,
        # sessions
        book_session,
        move_session,
        cancel_session,
        miss_session,
        verify_chaperone,
        confirm_transport,
        complete_preparation,
        complete_integration,
        # dosing
        open_dosing_session,
        record_checklist,
        confirm_place,
        record_companion_arrival,
        record_companion_departure,
        record_vitals,
        correct_vitals,
        clear_to_dose,
        record_dose,
        record_swallowing,
        record_vomiting,
        correct_dose,
        record_check,
        declare_emergency,
        end_dosing_session,
        record_next_day_check_in,
        attempt_check_in,
        record_monitoring_form_sent,
        # what patients report between sessions, and the links by which they do
        send_check_in_link,
        revoke_check_in_link,
        lock_check_in_link,
        answer_check_in_link,
        nominate_chaperone,
        report_symptoms,
        review_symptoms,
        report_medicine_inventory,
        # outcome and safety
        record_outcome,
        import_outcome,
        correct_outcome,
        place_hold,
        release_hold,
        grant_override,
        confirm_override,
        review_safety,
        record_safety_plan,
        report_adverse_event,
        carry_over_adverse_event,
        review_adverse_event,
        carry_over_stopping_review,
        record_adverse_event_outcome,
        review_deviation,
        acknowledge_alert,
        # notes, and questions between roles
        sign_document,
        add_addendum,
        ask_co_signature,
        co_sign_document,
        ask_for_document,
        ask_question,
        answer_question,
        close_question,
        # coordination
        attempt_contact,
        raise_care_gap,
        close_care_gap,
        flag_for_discussion,
        record_caseload_review,
        record_disclosure,
        # follow-up and course
        book_follow_up,
        complete_follow_up,
        pause_episode,
        resume_episode,
        discharge_patient,
        mark_done,
        mark_in_error,
    )
)
