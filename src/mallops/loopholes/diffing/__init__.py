"""What a change of a rulebook or a catalogue opens and closes."""
