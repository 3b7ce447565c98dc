"""An independent second implementation of merit's rules, for auditors.

Written from DOMAIN.md and EFFECTS.md alone; it shares no code with the engine. It folds the records
of a log again and recomputes every outcome, seal, bulletin, the last score of each driver, and the
state at the end. A section sign in a comment names the text that the code below it follows:
"DOMAIN §7", "EFFECTS §2.3".
"""
