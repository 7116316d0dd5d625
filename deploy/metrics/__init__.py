"""What a running process tells a monitor: figures of this process and of the tables, never anything about a person.

Every label is from a closed set of names in the code: decisions, refusals, routes, read models, policies, tasks. No
label is an identifier of a patient, an episode, a network or a person.
"""
