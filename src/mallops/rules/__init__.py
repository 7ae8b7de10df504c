"""What a rulebook says, as frozen values: no arithmetic, no search, no file format."""
