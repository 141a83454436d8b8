"""Earlier states, made again from the journal.

`replay` carries requests out again, and `time_travel` answers the control surface from that; `diff` compares two
states, and `recording` hands a part of the journal to whoever makes a scenario of it.
"""
